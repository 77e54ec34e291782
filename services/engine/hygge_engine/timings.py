"""Wall seconds of a run's phases."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from opentelemetry import trace

from hygge_engine import metrics

tracer = trace.get_tracer("hygge.engine")


@dataclass(slots=True)
class Timings:
    """Wall seconds of each phase, added up over all workers of a run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        with tracer.start_as_current_span(f"run.{name}"):
            try:
                yield
            finally:
                self.add(name, time.perf_counter() - started)

    def add(self, name: str, seconds: float) -> None:
        self.seconds[name] = round(self.seconds.get(name, 0.0) + seconds, 4)
        metrics.PHASES.labels(name).observe(seconds)
