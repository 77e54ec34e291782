"""The power flow itself: power-grid-model in batch, each step on its own (symmetric, Newton-Raphson).

Steps do not know each other, so the result of a step does not depend on the number of threads or on the steps beside
it. A step that does not converge has no result and is told apart.
"""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from hygge_engine.network.model import SQRT3, Bool, Float64, Network

PACKAGE = "power_grid_model"
INSTALL = "pip install 'hygge-engine[network]'"
# A source that holds its voltage: 10⁹ times the solver's base of 1 MVA drops less than 10⁻⁸ pu at any load of a grid.
STIFF_VA = 1e15
TOLERANCE_PU = 1e-8
MAX_ITERATIONS = 20
CHUNK_BYTES = 64_000_000
BRANCH_OUTPUTS = ("i_from", "i_to", "p_from", "p_to")


class PackageMissing(ImportError):
    """power-grid-model is not installed."""


@dataclass(frozen=True, slots=True)
class Solution:
    """T steps of a network with B buses and, lines before transformers, L + K branches.

    solved: bool[T]; where it is False, all else of the step means nothing. voltage_pu: float64[T, B].
    loading_percent, loss_kw: float64[T, L+K]. source_kw, source_kvar: float64[T], what the source gives.
    """

    solved: Bool
    voltage_pu: Float64
    loading_percent: Float64
    loss_kw: Float64
    source_kw: Float64
    source_kvar: Float64


def installed() -> bool:
    """True if the solver's package can be imported."""
    return find_spec(PACKAGE) is not None


class Solver:
    """One network, ready to be solved for any number of steps. threads: processors to use; 0 takes all.

    Raises PackageMissing where power-grid-model is not installed.
    """

    def __init__(self, network: Network, threads: int = 1) -> None:
        self._network = network
        self._threads = -1 if threads == 1 else threads
        self._pgm = _package()
        self._model = self._pgm.PowerGridModel(_inputs(self._pgm, network), system_frequency=network.frequency_hz)
        lines, transformers = network.lines, network.transformers
        self._from_a = np.concatenate([lines.max_a, transformers.hv_rated_a])
        self._to_a = np.concatenate([lines.max_a, transformers.lv_rated_a])

    @property
    def chunk_steps(self) -> int:
        """So many steps at once keep within `CHUNK_BYTES`; the same on every machine."""
        network = self._network
        branches = (len(BRANCH_OUTPUTS) + 4) * network.branches
        return max(1, CHUNK_BYTES // (8 * (2 * len(network.bus_names) + branches + 6 * network.houses + 4)))

    def solve(self, p_kw: Float64, q_kvar: Float64) -> Solution:
        """Power flow of T steps. p_kw, q_kvar: float64[H, T], what each house draws (export < 0).

        Raises ValueError for shapes that do not fit and for figures that are none.
        """
        for name, power in (("p_kw", p_kw), ("q_kvar", q_kvar)):
            if power.ndim != 2 or power.shape[0] != self._network.houses:
                raise ValueError(f"{name} has the shape {power.shape} instead of ({self._network.houses}, T)")
            # The solver takes NaN for 'as before'.
            if not np.isfinite(power).all():
                raise ValueError(f"{name} has figures that are not finite")
        if p_kw.shape != q_kvar.shape:
            raise ValueError(f"p_kw has {p_kw.shape[1]} steps, q_kvar {q_kvar.shape[1]}")
        return self._read(*self._calculate(p_kw, q_kvar))

    def _calculate(self, p_kw: Float64, q_kvar: Float64) -> tuple[dict[str, Any], Bool]:
        network, solved = self._network, np.ones(p_kw.shape[1], np.bool_)
        update = {
            "sym_load": {
                "p_specified": np.ascontiguousarray(p_kw.T, np.float64) * 1e3,
                "q_specified": np.ascontiguousarray(q_kvar.T, np.float64) * 1e3,
            }
        }
        wanted: dict[str, set[str]] = {"node": {"u_pu"}, "source": {"p", "q"}}
        if network.lines.names:
            wanted["line"] = set(BRANCH_OUTPUTS)
        if network.transformers.names:
            wanted["generic_branch"] = set(BRANCH_OUTPUTS)
        output = self._model.calculate_power_flow(
            symmetric=True,
            calculation_method=self._pgm.CalculationMethod.newton_raphson,
            error_tolerance=TOLERANCE_PU,
            max_iterations=MAX_ITERATIONS,
            update_data=update,
            threading=self._threads,
            output_component_types=wanted,
            continue_on_batch_error=True,
        )
        if self._model.batch_error is not None:
            solved[self._model.batch_error.failed_scenarios] = False
        return output, solved

    def _read(self, output: dict[str, Any], solved: Bool) -> Solution:
        branches = [output[kind] for kind in ("line", "generic_branch") if kind in output]
        empty = np.zeros((solved.size, 0))
        first, second, inward, outward = (
            np.concatenate([empty, *(branch[name] for branch in branches)], axis=1) for name in BRANCH_OUTPUTS
        )
        voltage = output["node"]["u_pu"]
        return Solution(
            # Impedances near nothing can end in figures that are none, without an error.
            solved=solved & np.isfinite(voltage).all(axis=1),
            voltage_pu=voltage,
            loading_percent=np.maximum(first / self._from_a, second / self._to_a) * 100.0,
            loss_kw=(inward + outward) / 1e3,
            source_kw=output["source"]["p"][:, 0] / 1e3,
            source_kvar=output["source"]["q"][:, 0] / 1e3,
        )


def _package() -> Any:
    """power-grid-model, imported when it is needed."""
    try:
        return import_module(PACKAGE)
    except ImportError as error:
        raise PackageMissing(f"The network check needs power-grid-model: {INSTALL}") from error


def _inputs(pgm: Any, network: Network) -> dict[str, Any]:
    """What the solver is told once; parts without elements are left out."""
    lines, transformers = network.lines, network.transformers
    parts: dict[str, dict[str, Any]] = {
        "node": {"u_rated": network.bus_v},
        "line": {
            "from_node": lines.from_bus, "to_node": lines.to_bus, "from_status": lines.from_closed,
            "to_status": lines.to_closed, "r1": lines.r_ohm, "x1": lines.x_ohm, "c1": lines.c_f, "tan1": 0.0,
            "i_n": lines.max_a,
        },
        "generic_branch": {
            "from_node": transformers.hv_bus, "to_node": transformers.lv_bus, "from_status": transformers.in_service,
            "to_status": transformers.in_service, "r1": transformers.impedance_ohm.real,
            "x1": transformers.impedance_ohm.imag, "g1": transformers.admittance_s.real,
            "b1": transformers.admittance_s.imag, "k": transformers.ratio, "theta": transformers.shift_rad,
            "sn": SQRT3 * transformers.hv_rated_a * network.bus_v[transformers.hv_bus],
        },
        "source": {
            "node": np.asarray([network.source_bus]), "status": 1, "u_ref": network.source_pu,
            "sk": min(network.source_va, STIFF_VA), "rx_ratio": network.source_rx,
        },
        "sym_load": {
            "node": network.house_bus, "status": 1, "type": pgm.LoadGenType.const_power, "p_specified": 0.0,
            "q_specified": 0.0,
        },
    }  # fmt: skip
    found, first = {}, 0
    for kind, columns in parts.items():
        count = np.asarray(next(iter(columns.values()))).size
        if count:
            found[kind] = pgm.initialize_array("input", kind, count)
            found[kind]["id"] = np.arange(first, first + count)
            for name, values in columns.items():
                found[kind][name] = values
            first += count
    return found
