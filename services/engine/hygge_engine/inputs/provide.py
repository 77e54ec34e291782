"""The series of a window: what houses want and what sun and wind offer, composed from profiles; heat; prices."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hygge_engine.inputs.collect import Bundle
from hygge_engine.inputs.heat import Demand
from hygge_engine.inputs.terms import Terms
from hygge_engine.kernel import Signals, ThermalInput, Thermals
from hygge_engine.markets import Rates
from hygge_engine.simulation import Period, WindowInput

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Provides the input of a window for some houses.

    rows: int64[P], the rows of the bundle that these houses follow; the rows of terms count in them. load, generation
    and schedule (None: nobody follows one) by house, demand by its own rows. outdoor_c: float32[N] over the run. rates,
    signals: of the whole run.
    """

    bundle: Bundle
    rows: Int64
    load: Terms
    generation: Terms
    schedule: Terms | None
    demand: Demand
    outdoor_c: Float32 | None
    whole_rates: Rates
    signals: Signals

    def __call__(self, period: Period) -> WindowInput:
        """Compose the houses' series; the same floats whichever houses are composed beside them."""
        first, last = period.start_step, period.start_step + period.steps
        profiles = self.bundle.window(first, last, self.rows)
        return WindowInput(
            load_kw=self.load.compose(profiles),
            generation_kw=self.generation.compose(profiles),
            rates=self.rates(period),
            signals=self.signals,
            thermal=self._thermal(profiles, first, last),
            schedule_kw=None if self.schedule is None else self.schedule.compose(profiles),
        )

    def rates(self, period: Period) -> Rates:
        """What a kWh costs in a window; needs no series of houses."""
        return self.whole_rates.window(period.start_step, period.start_step + period.steps)

    def select(self, first: int, last: int, thermals: Thermals) -> tuple["Inputs", Thermals]:
        """The inputs of houses `first` to `last - 1`, and their thermal devices with rows of these inputs."""
        demand, renumbered = self.demand.select(first, last, thermals)
        part = replace(
            self,
            load=self.load.select(first, last),
            generation=self.generation.select(first, last),
            schedule=None if self.schedule is None else self.schedule.select(first, last),
            demand=demand,
        )
        return part.compact(), renumbered

    def compact(self) -> "Inputs":
        """The same with no more rows of the bundle than are used."""
        terms = [self.load, self.generation, self.demand.heat, *([] if self.schedule is None else [self.schedule])]
        used = np.unique(np.concatenate([part.row for part in terms]))

        def renumbered(part: Terms) -> Terms:
            return replace(part, row=np.searchsorted(used, part.row).astype(np.int64))

        return replace(
            self,
            rows=self.rows[used],
            load=renumbered(self.load),
            generation=renumbered(self.generation),
            schedule=None if self.schedule is None else renumbered(self.schedule),
            demand=replace(self.demand, heat=renumbered(self.demand.heat)),
        )

    def _thermal(self, profiles: Float32, first: int, last: int) -> ThermalInput | None:
        if not self.demand.row_house.size:
            return None
        return self.demand.window(profiles, None if self.outdoor_c is None else self.outdoor_c[first:last])
