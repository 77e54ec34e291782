"""How long work is put off for what is not its own fault: a service, Redis or the database that is away."""

import time
from collections.abc import Callable

# Somebody who comes back is noticed within this.
LONGEST_PAUSE_SECONDS = 30.0
# More than a worker ever puts off at once; older entries are forgotten, which only makes it more patient.
MOST_RUNS = 1000


class Patience:
    """Pauses that grow from `delay_seconds` on, until `seconds` after the first fault in a row.

    Each worker counts for itself and in memory: another worker, or this one after a restart, is patient anew.
    """

    def __init__(self, seconds: float, delay_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._delay_seconds = delay_seconds
        self._clock = clock
        self._faults: dict[int, tuple[float, int]] = {}

    def pause(self, run_id: int) -> float:
        """Count a fault; the pause before the next try."""
        first, count = self._faults.pop(run_id, (self._clock(), 0))
        self._faults[run_id] = first, count + 1
        if len(self._faults) > MOST_RUNS:
            del self._faults[next(iter(self._faults))]
        return min(self._delay_seconds * (count + 1), LONGEST_PAUSE_SECONDS)

    def is_over(self, run_id: int) -> bool:
        """True when the faults of this run have gone on for too long."""
        first, _ = self._faults.get(run_id, (self._clock(), 0))
        return self._clock() - first >= self._seconds

    def restore(self, run_id: int) -> None:
        """It went well: the next fault is a first one."""
        self._faults.pop(run_id, None)
