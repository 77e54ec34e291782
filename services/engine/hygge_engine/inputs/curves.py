"""How much heat or cold a kWh of electricity makes: coefficients of performance by temperature.

Sources: the parabolas of the lift by heat source are Ruhnau, Hirth, Praktiknjo, "Time series of heat demand and heat
pump efficiency for energy system modeling", Scientific Data 6:189, 2019; a fraction of the Carnot ratio is the usual
one-parameter model (0.4 to 0.6 for heat pumps of today).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_engine.inputs.devices import HIGHEST_COP, LOWEST_COP, AirConditioner, Heater, HeatPump

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

KELVIN = 273.15
# COP = a + b·ΔT + c·ΔT², ΔT in K between supply and source.
PARABOLAS = {"air": (6.08, -0.09, 0.0005), "ground": (10.29, -0.21, 0.0012), "water": (9.97, -0.20, 0.0012)}
# The fits begin here: machines don't get better with a smaller lift.
SMALLEST_LIFT_K = 15.0
# Ground and ground water keep about the mean of the year.
GROUND_C = 10.0
RATED_OUTDOOR_C = 35.0


@dataclass(frozen=True, slots=True)
class Curve:
    """What a device's ratio depends on; equal curves share a row of `ThermalInput.cop`.

    kind: constant (a), air, ground, water (supply a, source b), carnot (fraction c, supply a, source b), cooling (ratio
    a at 35 °C outdoors, slope b), carnot_cooling (fraction c, indoor a). b is None where it is the outdoor temperature.
    """

    kind: str
    a: float
    b: float | None = None
    c: float = 1.0

    @property
    def needs_outdoor(self) -> bool:
        """Whether it can't be computed without the outdoor temperature."""
        if self.kind == "cooling":
            return self.b != 0.0
        return self.kind == "carnot_cooling" or (self.kind != "constant" and self.b is None)

    def values(self, outdoor_c: Float64 | None, steps: int) -> Float32:
        """The ratio in each step, float32[steps], between 1 (constants: as given) and 20."""
        if self.kind == "constant":
            return np.full(steps, self.a, np.float32)
        if not self.needs_outdoor:
            outdoor_c = np.zeros(steps)
        assert outdoor_c is not None
        if self.kind == "cooling":
            ratio = self.a - (self.b or 0.0) * (outdoor_c - RATED_OUTDOOR_C)
        elif self.kind == "carnot_cooling":
            ratio = carnot(self.a, outdoor_c - self.a, self.c)
        else:
            source = outdoor_c if self.b is None else np.full(steps, self.b)
            lift = self.a - source
            ratio = carnot(self.a, lift, self.c) if self.kind == "carnot" else ruhnau(self.kind, lift)
        return np.asarray(np.clip(ratio, LOWEST_COP, HIGHEST_COP), np.float32)


def ruhnau(source: str, lift_k: Float64) -> Float64:
    """COP by the lift in K, for the source `air`, `ground` or `water`.

    The lift is kept between 15 K and the parabola's lowest point, so the COP never rises with it.
    """
    a, b, c = PARABOLAS[source]
    lift = np.clip(lift_k, SMALLEST_LIFT_K, -b / (2 * c))
    return np.asarray(a + b * lift + c * lift**2, np.float64)


def carnot(temperature_c: float, lift_k: Float64, fraction: float) -> Float64:
    """`fraction · T / lift`, T in kelvin: of the warm side for heat, of the cold one for cold; inf without a lift."""
    lift = np.maximum(lift_k, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(fraction * (temperature_c + KELVIN) / lift, np.float64)


def curve_of(device: HeatPump | Heater | AirConditioner) -> Curve:
    """The curve of a device whose ratio is known."""
    if isinstance(device, Heater):
        return Curve("constant", 1.0)
    if isinstance(device, AirConditioner):
        if device.carnot_fraction is not None:
            return Curve("carnot_cooling", device.indoor_temperature_c, c=device.carnot_fraction)
        assert device.eer is not None
        return Curve("cooling", device.eer, device.eer_slope_per_k)
    if device.cop is not None:
        return Curve("constant", device.cop)
    source = device.source_temperature_c
    if device.cop_model is not None:
        if source is None and device.cop_model != "air":
            source = GROUND_C
        return Curve(device.cop_model, device.supply_temperature_c, source)
    assert device.carnot_fraction is not None
    return Curve("carnot", device.supply_temperature_c, source, device.carnot_fraction)
