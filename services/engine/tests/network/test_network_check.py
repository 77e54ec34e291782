"""The check of a run: extremes, hours, windows, checkpoints, steps that can't be solved, findings."""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from hygge_core.errors import Finding
from hygge_engine.network import (
    Network,
    NetworkCheck,
    NetworkResult,
    PackageMissing,
    Solver,
    check_network,
    findings,
    net_position_kw,
    solver,
)
from services.engine.tests.network.network_support import (
    Float64,
    Json,
    column,
    document_of,
    example,
    line,
    network_of,
    two_buses,
)

START = datetime(2024, 1, 1, tzinfo=UTC)
TOO_MUCH_KW = 5000.0


def feeder() -> Json:
    """Three houses along a line behind a transformer; long enough to leave the band and to overload the line."""
    return {
        "source": {"bus": "MV", "voltage_pu": 1.0},
        "voltage_band": {"low_pu": 0.95, "high_pu": 1.03},
        "buses": [{"name": "MV", "voltage_kv": 20}, *({"name": name, "voltage_kv": 0.4} for name in ("LV", *"ABC"))],
        "lines": [
            line(f"{first}-{second}", first, second, 0.04, 0.02, c_nf_per_km=100.0, max_i_ka=0.05)
            for first, second in (("LV", "A"), ("A", "B"), ("B", "C"))
        ],
        "transformers": [
            {
                "name": "T", "hv_bus": "MV", "lv_bus": "LV", "sn_kva": 40, "vk_percent": 4, "vkr_percent": 1.5,
                "pfe_kw": 0.1, "i0_percent": 0.5,
            }
        ],
        "connections": [{"house": 30, "bus": "C"}, {"house": 10, "bus": "A"}, {"house": 20, "bus": "B"}],
    }  # fmt: skip


def powers(steps: int, seed: int = 3) -> Float64:
    return np.random.default_rng(seed).uniform(-30, 25, (3, steps))


def equal(first: NetworkResult, second: NetworkResult) -> None:
    """Bit by bit."""
    for name in NetworkResult.__slots__:
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)


def test_sums_agree_with_a_naive_loop() -> None:
    network, p = network_of(feeder()), powers(50)
    found = check_network(network, p, 0.25)
    solution = Solver(network).solve(p, np.zeros_like(p))
    for house, bus in enumerate((4, 2, 3)):
        volts = [float(v) for v in solution.voltage_pu[:, bus]]
        assert (found.min_pu[house], found.min_step[house]) == (min(volts), volts.index(min(volts)))
        assert (found.max_pu[house], found.max_step[house]) == (max(volts), volts.index(max(volts)))
        assert found.below[house] == sum(v < 0.95 for v in volts)
        assert found.above[house] == sum(v > 1.03 for v in volts)
    for branch in range(4):
        loads = [float(v) for v in solution.loading_percent[:, branch]]
        assert (found.max_percent[branch], found.max_percent_step[branch]) == (max(loads), loads.index(max(loads)))
        assert found.overloaded[branch] == sum(v > 100 for v in loads)
        assert found.loss_kwh[branch] == pytest.approx(sum(solution.loss_kw[:, branch]) / 4)
    assert found.below.any()
    assert found.above.any()
    assert found.overloaded.any()
    assert found.losses_kwh == pytest.approx(found.loss_kwh.sum())
    assert found.balance_residual_kw < 1e-6
    assert (found.loss_kwh > 0).all()


def test_energy_of_the_source_is_that_of_houses_and_losses() -> None:
    network, p = network_of(feeder()), powers(96)
    found, solution = check_network(network, p, 0.25), Solver(network).solve(p, np.zeros_like(p))
    assert solution.source_kw.sum() / 4 == pytest.approx(p.sum() / 4 + found.losses_kwh, abs=1e-6)


@pytest.mark.parametrize("threads", [1, 2, 0])
@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_neither_threads_nor_chunks_change_a_bit(threads: int, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    network, p = network_of(feeder()), powers(60)
    whole = Solver(network).solve(p, np.zeros_like(p))
    parts = [
        Solver(network, threads).solve(p[:, n : n + chunk], np.zeros_like(p[:, n : n + chunk]))
        for n in range(0, 60, chunk)
    ]
    for name in ("voltage_pu", "loading_percent", "loss_kw", "source_kw", "source_kvar"):
        np.testing.assert_array_equal(np.concatenate([getattr(part, name) for part in parts]), getattr(whole, name))
    monkeypatch.setattr(Solver, "chunk_steps", property(lambda _: chunk))
    found = check_network(network, p, 0.25, threads=threads)
    monkeypatch.undo()
    once = check_network(network, p, 0.25)
    assert found.losses_kwh == pytest.approx(once.losses_kwh, rel=1e-12)
    np.testing.assert_array_equal(found.min_step, once.min_step)
    np.testing.assert_array_equal(found.max_percent, once.max_percent)


def test_a_check_goes_on_from_a_checkpoint_to_the_same_bits() -> None:
    network, p = network_of(feeder()), powers(90)
    through = NetworkCheck(network, 0.25, power_factor=0.95)
    resumed = NetworkCheck(network, 0.25, power_factor=0.95, threads=2)
    for first in (0, 31, 60):
        window = p[:, first : {0: 31, 31: 60, 60: 90}[first]]
        through.add(window, first)
        resumed = NetworkCheck(network, 0.25, power_factor=0.95).restore(resumed.to_bytes())
        resumed.add(window, first)
    equal(through.result(), resumed.result())
    assert through.to_bytes() == resumed.to_bytes()
    assert through.body(START) == resumed.body(START)


def test_a_window_is_taken_once_and_in_order() -> None:
    check = NetworkCheck(network_of(feeder()), 0.25)
    check.add(powers(4), 0)
    with pytest.raises(ValueError, match="step 2 is in the check already, up to 3"):
        check.add(powers(4), 2)
    check.add(powers(4), 8)
    assert check.result().steps == 8


def test_a_checkpoint_of_another_network_is_refused() -> None:
    check = NetworkCheck(network_of(feeder()), 0.25)
    with pytest.raises(ValueError, match="not a checkpoint of this network"):
        check.restore(NetworkCheck(network_of(two_buses()), 0.25).to_bytes())


def test_float32_of_a_run_is_enough() -> None:
    network, p = network_of(feeder()), powers(50)
    exact, rounded = check_network(network, p, 0.25), check_network(network, p.astype(np.float32), 0.25)
    np.testing.assert_allclose(rounded.min_pu, exact.min_pu, atol=1e-7)
    assert rounded.balance_residual_kw < 1e-6


def test_the_power_factor_is_of_what_is_drawn() -> None:
    """Import is inductive, what is fed in is at unity."""
    network, p = network_of(two_buses()), column(20.0, -20.0)
    found = check_network(network, p, 1.0, power_factor=0.8)
    given = check_network(network, p, 1.0, q_kvar=column(15.0, 0.0))
    assert found.min_pu == pytest.approx(given.min_pu, abs=1e-12)
    assert found.max_pu == pytest.approx(given.max_pu, abs=1e-12)
    assert found.min_pu < check_network(network, p, 1.0).min_pu
    for wrong in (0.0, -0.5, 1.01):
        with pytest.raises(ValueError, match="power factor"):
            NetworkCheck(network, 1.0, power_factor=wrong)


def test_steps_that_do_not_converge_are_named_and_counted_nowhere_else() -> None:
    network = network_of(two_buses())
    check = NetworkCheck(network, 0.25)
    check.add(column(10.0, TOO_MUCH_KW, 20.0), 0)
    check.add(column(TOO_MUCH_KW, 5.0), 3)
    found = check.result()
    assert found.unsolved.tolist() == [1, 3]
    assert found.steps == 3
    expected = check_network(network, column(10.0, 20.0, 5.0), 0.25)
    assert found.min_pu == pytest.approx(expected.min_pu, abs=1e-12)
    assert found.min_step.tolist() == [2]
    assert found.loss_kwh == pytest.approx(expected.loss_kwh, rel=1e-12)
    message = check.unsolved_message(START)
    assert message is not None
    assert "2 step(s) did not converge: 2024-01-01T00:15:00Z, 2024-01-01T00:45:00Z" in message
    assert NetworkCheck(network, 0.25).restore(check.to_bytes()).unsolved_message(START) == message


def test_many_unsolved_steps_are_named_in_short() -> None:
    check = NetworkCheck(network_of(two_buses()), 1.0)
    check.add(np.full((1, 30), TOO_MUCH_KW), 0)
    message = check.unsolved_message(START)
    assert message is not None
    assert message.startswith("The power flow of 30 step(s)")
    assert message.count("2024-01") == 20
    assert message.endswith(", …")
    with pytest.raises(ValueError, match="no step could be solved"):
        check.result()


def test_an_impedance_of_next_to_nothing_is_not_taken_for_solved() -> None:
    found = Solver(network_of(two_buses(r_ohm=1e-300, x_ohm=0.0))).solve(column(10.0), column(0.0))
    assert not found.solved.any()
    coupler = Solver(network_of(two_buses(r_ohm=1e-6, x_ohm=0.0))).solve(column(10.0), column(0.0))
    assert coupler.voltage_pu[0] == pytest.approx([1, 1], abs=1e-6)


def test_what_hangs_on_nothing_has_no_voltage_and_no_flow() -> None:
    content = two_buses()
    content["buses"] += [{"name": "X", "voltage_kv": 0.4}, {"name": "Y", "voltage_kv": 0.4}]
    content["lines"] += [line("open", "H", "X", 0.1, 0.1, to_closed=False), line("dead", "X", "Y", 0.1, 0.1)]
    check = NetworkCheck(network_of(content), 1.0)
    check.add(column(10.0, -10.0), 0)
    alone = check_network(network_of(two_buses()), column(10.0, -10.0), 1.0)
    assert check.result().min_pu == pytest.approx(alone.min_pu, abs=1e-12)
    rows = check.body(START)["lines"]
    assert [row["max_loading_percent"] for row in rows[1:]] == [0, 0]
    assert all(row["energy_loss_kwh"] >= 0 for row in rows)


def test_all_well_is_no_message() -> None:
    check = NetworkCheck(network_of(two_buses()), 1.0)
    check.add(column(1.0), 0)
    assert check.unsolved_message(START) is None


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_figures_that_are_none_are_refused(wrong: float) -> None:
    solve = Solver(network_of(two_buses())).solve
    with pytest.raises(ValueError, match="p_kw has figures"):
        solve(column(wrong), column(0.0))
    with pytest.raises(ValueError, match="q_kvar has figures"):
        solve(column(0.0), column(wrong))


def test_shapes_that_do_not_fit_are_refused() -> None:
    solve = Solver(network_of(two_buses())).solve
    with pytest.raises(ValueError, match="shape"):
        solve(np.zeros((2, 5)), np.zeros((2, 5)))
    with pytest.raises(ValueError, match="q_kvar 3"):
        solve(np.zeros((1, 2)), np.zeros((1, 3)))


def test_the_body_is_what_results_takes() -> None:
    network = network_of(feeder())
    check = NetworkCheck(network, 0.25)
    check.add(np.array([[0.0, 40.0, 0.0], [0.0, 30.0, 0.0], [0.0, 0.0, -40.0]]), 96)
    body = json.loads(json.dumps(check.body(START)))
    assert body["band"] == {"low_pu": 0.95, "high_pu": 1.03}
    assert [house["node_id"] for house in body["houses"]] == [30, 10, 20]
    first = body["houses"][0]
    assert (first["min_at"], first["max_at"]) == ("2024-01-02T00:15:00Z", "2024-01-02T00:30:00Z")
    assert (first["hours_below"], first["hours_above"]) == (0.25, 0.25)
    assert first["min_voltage_pu"] < 0.95 < 1.03 < first["max_voltage_pu"]
    assert [(row["name"], row["kind"]) for row in body["lines"]] == [
        ("LV-A", "line"), ("A-B", "line"), ("B-C", "line"), ("T", "transformer"),
    ]  # fmt: skip
    assert body["lines"][3]["hours_above_100_percent"] == 0.25
    assert body["lines"][3]["max_at"] == "2024-01-02T00:15:00Z"
    assert body["losses_kwh"] == pytest.approx(sum(row["energy_loss_kwh"] for row in body["lines"]))


def test_the_position_at_the_meter() -> None:
    values = np.random.default_rng(1).uniform(-3, 3, (2, 9, 4)).astype(np.float32)
    expected = values[:, 4].astype(np.float64) + values[:, 5] + values[:, 6]
    np.testing.assert_array_equal(net_position_kw(values), expected)
    assert net_position_kw(values).dtype == np.float64


def test_houses_stand_in_the_order_of_the_document() -> None:
    document = example("simbench_rural")
    network = Network.from_document(document)
    houses = document["transformers"][0]["houses"]
    assert network.house_ids.tolist() == [house["id"] for house in houses]
    assert [network.bus_names[bus] for bus in network.house_bus] == [house["name"] for house in houses]
    assert network.branches == 14


def test_findings_of_a_document() -> None:
    document = document_of(feeder())
    assert findings(document) == []
    document["transformers"].append({"id": 1, "houses": [{"id": 40}, {"id": 10}, {"id": 50}]})
    assert findings(document) == [
        Finding(f"topology.transformers.1.houses.{place}", "is on no bus of the network") for place in (0, 2)
    ]
    with pytest.raises(ValueError, match="house 40 is on no bus"):
        Network.from_document(document)
    for without in ({"transformers": []}, {"transformers": [], "network": None}):
        [finding] = findings(without)
        assert finding.field == "network_check"
        assert "has no network" in finding.message


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "power_grid_model", None)
    with pytest.raises(PackageMissing, match=r"pip install 'hygge-engine\[network\]'"):
        Solver(network_of(two_buses()))

    def nowhere(_name: str) -> Any:
        return None

    monkeypatch.setattr(solver, "find_spec", nowhere)
    [finding] = findings(document_of(feeder()))
    assert "hygge-engine[network]" in finding.message
