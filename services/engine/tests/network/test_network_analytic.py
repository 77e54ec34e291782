"""Networks whose solution can be written down, and a naive twin of the solver for those whose can't."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.network import Network, Solver
from services.engine.tests.network.network_support import Json, column, line, network_of, two_buses

# The source is stiff, not ideal, and the solver ends within 1e-8 pu.
VOLTAGE = 3e-8


def exact_voltage(p_kw: float, q_kvar: float, r: float, x: float, source_v: float) -> float:
    """V at the end of r + jx, from V⁴ + V²·(2(PR + QX) − V₀²) + |z|²|S|² = 0."""
    p, q = p_kw * 1e3, q_kvar * 1e3
    half = source_v**2 / 2 - (p * r + q * x)
    return math.sqrt(half + math.sqrt(half**2 - (r * r + x * x) * (p * p + q * q)))


powers = st.floats(-60, 60)


@settings(max_examples=60)
@given(p=powers, q=powers, r=st.floats(0.001, 0.1), x=st.floats(0.001, 0.1), source=st.floats(0.95, 1.08))
def test_two_buses_are_exact(p: float, q: float, r: float, x: float, source: float) -> None:
    found = Solver(network_of(two_buses(r, x, source))).solve(column(p), column(q))
    volts = exact_voltage(p, q, r, x, source * 400)
    assert found.solved.all()
    assert found.voltage_pu[0, 1] == pytest.approx(volts / 400, abs=VOLTAGE)
    square = (p * p + q * q) * 1e6 / volts**2
    assert found.loss_kw[0, 0] == pytest.approx(r * square / 1e3, abs=1e-5)
    assert found.loading_percent[0, 0] == pytest.approx(math.sqrt(square / 3) / 270 * 100, abs=1e-4)
    assert found.source_kw[0] == pytest.approx(p + r * square / 1e3, abs=1e-5)
    assert found.source_kvar[0] == pytest.approx(q + x * square / 1e3, abs=1e-5)


def test_without_load_nothing_flows() -> None:
    found = Solver(network_of(two_buses(voltage_pu=1.02))).solve(column(0.0), column(0.0))
    assert found.voltage_pu[0] == pytest.approx([1.02, 1.02], abs=1e-12)
    assert found.loss_kw[0, 0] == pytest.approx(0, abs=1e-12)
    assert found.loading_percent[0, 0] == pytest.approx(0, abs=1e-9)


def test_export_raises_the_voltage() -> None:
    found = Solver(network_of(two_buses())).solve(column(-30.0, 30.0), column(0.0, 0.0))
    assert found.voltage_pu[0, 1] > 1 > found.voltage_pu[1, 1]
    assert found.source_kw[0] == pytest.approx(-30 + found.loss_kw[0, 0])
    assert (found.loss_kw > 0).all()


def test_two_parallel_lines_are_one_of_half_the_impedance() -> None:
    p, q = column(55.0, -20.0), column(12.0, 0.0)
    twice = two_buses() | {"lines": [line("L1", "S", "H", 0.05, 0.02), line("L2", "S", "H", 0.05, 0.02)]}
    counted = two_buses() | {"lines": [line("L", "S", "H", 0.05, 0.02, parallel=2)]}
    halved = two_buses() | {"lines": [line("L", "S", "H", 0.025, 0.01, max_i_ka=0.54)]}
    two, one, half = (Solver(network_of(content)).solve(p, q) for content in (twice, counted, halved))
    for other in (two, half):
        np.testing.assert_allclose(other.voltage_pu, one.voltage_pu, atol=1e-11)
        np.testing.assert_allclose(other.loss_kw.sum(axis=1), one.loss_kw[:, 0], atol=1e-8)
        np.testing.assert_allclose(other.loading_percent[:, 0], one.loading_percent[:, 0], atol=1e-8)


def test_two_parallel_transformers_are_counted_or_named() -> None:
    plate = {
        "hv_bus": "S", "lv_bus": "H", "sn_kva": 100, "vk_percent": 4, "vkr_percent": 1.5, "pfe_kw": 0.3,
        "i0_percent": 0.4, "shift_degree": 150,
    }  # fmt: skip
    buses = [{"name": "S", "voltage_kv": 20}, {"name": "H", "voltage_kv": 0.4}]
    named = [{"name": "T1", **plate}, {"name": "T2", **plate}]
    p, q = column(120.0, -90.0, 0.0), column(30.0, 0.0, 0.0)
    two, one = (
        Solver(network_of(two_buses() | {"buses": buses, "lines": [], "transformers": transformers})).solve(p, q)
        for transformers in (named, [{"name": "T", **plate, "parallel": 2}])
    )
    np.testing.assert_allclose(two.voltage_pu, one.voltage_pu, atol=1e-11)
    np.testing.assert_allclose(two.loading_percent[:, 1], one.loading_percent[:, 0], atol=1e-8)
    np.testing.assert_allclose(two.loss_kw.sum(axis=1), one.loss_kw[:, 0], atol=1e-8)
    assert one.loss_kw[2, 0] == pytest.approx(0.6, abs=1e-3)


def test_the_short_circuit_power_is_an_impedance_before_the_line() -> None:
    """|z| = U²/S_k, here with R/X = 0.4."""
    sk = 2.0
    x = 400**2 / (sk * 1e6) / math.hypot(1, 0.4)
    found = Solver(network_of(two_buses(sk_mva=sk, rx_ratio=0.4))).solve(column(40.0), column(10.0))
    assert found.voltage_pu[0, 1] == pytest.approx(exact_voltage(40, 10, 0.05 + 0.4 * x, 0.02 + x, 400) / 400, abs=1e-8)
    assert found.voltage_pu[0, 0] == pytest.approx(
        exact_voltage(40 + found.loss_kw[0, 0], found.source_kvar[0], 0.4 * x, x, 400) / 400, abs=1e-8
    )


def test_a_house_at_the_source_needs_no_lines() -> None:
    content = two_buses() | {"lines": [], "connections": [{"house": 1, "bus": "S"}]}
    found = Solver(network_of(content)).solve(column(10.0), column(0.0))
    assert found.source_kw == pytest.approx([10.0])
    assert found.loss_kw.shape == (1, 0)


def naive(content: Json, p_kw: list[float], q_kvar: list[float]) -> tuple[np.ndarray, float]:
    """Voltages in pu and the source's kW by Gauss iteration on the admittance matrix, transformers as T circuits.

    Written from the circuit alone: the middle of each T is a node of its own, taps and ratios are ideal transformers.
    """
    kv = {bus["name"]: bus["voltage_kv"] for bus in content["buses"]}
    place = {name: number for number, name in enumerate(kv)}
    size = len(kv) + len(content["transformers"])
    admittance = np.zeros((size, size), complex)

    def branch(first: int, second: int, y: complex, ratio: complex = 1.0) -> None:
        admittance[first, first] += y / abs(ratio) ** 2
        admittance[second, second] += y
        admittance[first, second] -= y / ratio.conjugate()
        admittance[second, first] -= y / ratio

    for row in content["lines"]:
        first, second = place[row["from_bus"]], place[row["to_bus"]]
        branch(first, second, 1 / complex(row["r_ohm_per_km"], row["x_ohm_per_km"]))
        for end in (first, second):
            admittance[end, end] += 1j * math.pi * 50 * row.get("c_nf_per_km", 0) * 1e-9
    for number, row in enumerate(content["transformers"], len(kv)):
        u, s = row["lv_kv"] * 1e3, row["sn_kva"] * 1e3
        r = row["vkr_percent"] / 100 * u * u / s
        z = complex(r, math.sqrt((row["vk_percent"] / 100 * u * u / s) ** 2 - r * r))
        iron = row["pfe_kw"] * 1e3
        magnetising = math.sqrt((row["i0_percent"] / 100 * s) ** 2 - iron**2)
        shift = np.exp(1j * math.radians(row["shift_degree"]))
        ratio = row["hv_kv"] * (1 + row["tap_pos"] * row["tap_step_percent"] / 100) / row["lv_kv"] * shift
        branch(place[row["hv_bus"]], number, 2 / z, ratio)
        branch(number, place[row["lv_bus"]], 2 / z)
        admittance[number, number] += complex(iron, -magnetising) / u**2
    power = np.zeros(size, complex)
    for connection, p, q in zip(content["connections"], p_kw, q_kvar, strict=True):
        power[place[connection["bus"]]] += complex(p, q) * 1e3
    source = place[content["source"]["bus"]]
    others = [n for n in range(size) if n != source]
    fixed = content["source"]["voltage_pu"] * kv[content["source"]["bus"]] * 1e3
    inner = admittance[np.ix_(others, others)]
    open_circuit = np.linalg.solve(inner, -admittance[others, source] * fixed)
    voltage = open_circuit.copy()
    for _ in range(200):
        voltage = open_circuit - np.linalg.solve(inner, (power[others] / voltage).conjugate())
    everything = np.zeros(size, complex)
    everything[others], everything[source] = voltage, fixed
    given = everything[source] * (admittance[source] @ everything).conjugate() / 1e3 + power[source] / 1e3
    nominal = np.array(list(kv.values())) * 1e3
    return np.abs(everything[: len(kv)]) / nominal, float(given.real)


@st.composite
def grids(draw: st.DrawFn) -> tuple[Json, list[float], list[float]]:
    """A transformer, a random tree of lines below it, perhaps a mesh, a house on every bus."""
    count = draw(st.integers(1, 7))
    r, x, c = st.floats(0.002, 0.03), st.floats(0.001, 0.02), st.floats(0, 900)
    lines = [
        line(f"L{n}", "LV" if parent == 0 else f"B{parent}", f"B{n}", draw(r), draw(x), c_nf_per_km=draw(c))
        for n in range(1, count + 1)
        for parent in [draw(st.integers(0, n - 1))]
    ]
    if count > 2 and draw(st.booleans()):
        lines.append(line("mesh", f"B{count}", "LV", draw(r), draw(x)))
    plate: dict[str, Any] = {
        "name": "T", "hv_bus": "MV", "lv_bus": "LV", "sn_kva": draw(st.floats(100, 630)), "vk_percent": 4,
        "vkr_percent": draw(st.floats(0.5, 3)), "pfe_kw": draw(st.floats(0, 0.9)), "i0_percent": draw(st.floats(1, 3)),
        "hv_kv": draw(st.sampled_from([20, 21])), "lv_kv": draw(st.sampled_from([0.4, 0.42])),
        "tap_pos": draw(st.integers(-2, 2)), "tap_step_percent": 2.5, "shift_degree": draw(st.sampled_from([0, 150])),
    }  # fmt: skip
    names = ["LV", *(f"B{n}" for n in range(1, count + 1))]
    content: Json = {
        "source": {"bus": "MV", "voltage_pu": draw(st.floats(0.97, 1.05))},
        "buses": [{"name": "MV", "voltage_kv": 20}, *({"name": name, "voltage_kv": 0.4} for name in names)],
        "lines": lines,
        "transformers": [plate],
        "connections": [{"house": n, "bus": name} for n, name in enumerate(names)],
    }
    kw = st.lists(st.floats(-15, 15), min_size=len(names), max_size=len(names))
    return content, draw(kw), draw(kw)


@settings(max_examples=60)
@given(case=grids())
def test_random_grids_agree_with_the_naive_twin(case: tuple[Json, list[float], list[float]]) -> None:
    content, p, q = case
    found = Solver(network_of(content)).solve(np.array([p]).T, np.array([q]).T)
    voltage, source_kw = naive(content, p, q)
    assert found.solved.all()
    np.testing.assert_allclose(found.voltage_pu[0], voltage, rtol=0, atol=1e-7)
    assert found.source_kw[0] == pytest.approx(source_kw, abs=1e-3)
    assert (found.loss_kw > -1e-9).all()
    assert abs(found.source_kw[0] - sum(p) - found.loss_kw[0].sum()) < 1e-6


def test_the_shift_does_not_change_a_radial_grid() -> None:
    content = two_buses() | {
        "buses": [{"name": "S", "voltage_kv": 20}, {"name": "H", "voltage_kv": 0.4}],
        "lines": [],
    }
    voltages = []
    for shift in (0, 150, -30):
        plate = {"name": "T", "hv_bus": "S", "lv_bus": "H", "sn_kva": 100, "vk_percent": 4, "shift_degree": shift}
        network: Network = network_of(content | {"transformers": [plate]})
        voltages.append(Solver(network).solve(column(50.0), column(20.0)).voltage_pu[0, 1])
    assert voltages == pytest.approx([voltages[0]] * 3, abs=1e-11)
