"""How large a simulation is, without running it."""

from collections.abc import Mapping
from typing import Any

from hygge_engine.inputs.validate import axis_of, check_parameters, check_topology
from hygge_engine.inputs.windows import windows
from hygge_engine.kernel import MEASURES
from hygge_engine.library.api import WINDOW_HOUSE_STEPS, time_of
from hygge_engine.library.document import complete
from hygge_engine.library.findings import raise_if
from hygge_engine.library.request import MAX_DAYS, merged, request_of
from hygge_engine.library.sources import Source
from hygge_engine.runs.schemas import Detail
from hygge_engine.simulation import DAY_SUMS

# House-steps a second on one core: what the core is built for, see docs/benchmarks.md.
PACE = 5_000_000
# A window's inputs, results, the house without a community, and scratch, per house and step.
WINDOW_BYTES = 4 * (2 + len(MEASURES) + 1) + 24
PROCESS_BYTES = 200_000_000


def estimate_of(source: Source, time: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Houses, steps, and about how long it takes and how much memory; InputError with all findings."""
    named = complete(source.document)
    first, last = time_of(source, time, named)
    numbers = {profile.name: place + 1 for place, profile in enumerate(source.profiles)}
    request = request_of({**merged(source.run, parameters), "start": first, "end": last}, numbers, named.lists)
    raise_if([*check_parameters(request, MAX_DAYS), *check_topology(named.document, request)])
    axis = axis_of(request, named.document)
    houses, nodes = len(named.houses), len(named.houses) + len(named.transformers) + 1
    largest = max(window.period.steps for window in windows(axis, max(1, WINDOW_HOUSE_STEPS // max(houses, 1))))
    stored = {Detail.STEP: axis.steps, Detail.HOUR: round(axis.steps * axis.step_hours), Detail.DAY: 0}
    days = len(axis.days()[0])
    result = nodes * (4 * len(MEASURES) * stored[request.detail] + 8 * len(DAY_SUMS) * days)
    profiles = 4 * axis.steps * len(source.profiles)
    return {
        "houses": houses,
        "transformers": len(named.transformers),
        "steps": axis.steps,
        "house_steps": houses * axis.steps,
        "seconds": round(1.0 + houses * axis.steps / PACE, 1),
        "memory_mb": round((PROCESS_BYTES + profiles + result + houses * largest * WINDOW_BYTES) / 1e6),
        "rows": nodes * (stored[request.detail] or days),
    }
