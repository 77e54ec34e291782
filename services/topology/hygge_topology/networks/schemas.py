"""What clients send and get for networks: balanced three-phase data as on name plates and in cable tables."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hygge_topology.fields import Amount, Id, Label, PositiveAmount, Strict, wrong

Parallel = Annotated[int, Field(ge=1, le=1000)]
Tap = Annotated[int, Field(ge=-1000, le=1000)]
VoltagePu = Annotated[float, Field(gt=0, le=10)]


class VoltageBand(Strict):
    """The band that voltages should keep; EN 50160 allows ±10 % of the nominal voltage."""

    low_pu: VoltagePu = Field(0.9, description="Lowest voltage, per unit of the bus's nominal voltage")
    high_pu: VoltagePu = Field(1.1, description="Highest voltage, per unit of the bus's nominal voltage")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_pu >= self.high_pu:
            raise wrong("low_pu must be below high_pu")
        return self


class NetworkSource(Strict):
    """The network upstream, a voltage behind an impedance; without `sk_mva` the voltage at its bus never moves."""

    bus: Label = Field(examples=["MV"])
    voltage_pu: VoltagePu = Field(1.0, description="Voltage, per unit of the bus's nominal voltage", examples=[1.02])
    sk_mva: PositiveAmount | None = Field(None, description="Short-circuit power, MVA", examples=[200])
    rx_ratio: Amount | None = Field(None, description="R/X of its impedance; 0.1 when absent")


class NetworkBus(Strict):
    """A bus bar, joint or connection point."""

    name: Label = Field(examples=["B7"])
    voltage_kv: PositiveAmount = Field(description="Nominal voltage between phases, kV", examples=[0.4])


class NetworkLine(Strict):
    """A cable or overhead line between two buses of one voltage (π model)."""

    name: Label = Field(examples=["Line 1"])
    from_bus: Label = Field(examples=["LV"])
    to_bus: Label = Field(examples=["B7"])
    length_km: PositiveAmount = Field(description="Length, km", examples=[0.12])
    r_ohm_per_km: Amount = Field(description="Resistance of one phase, Ω/km", examples=[0.207])
    x_ohm_per_km: Amount = Field(description="Reactance of one phase, Ω/km", examples=[0.08])
    c_nf_per_km: Amount = Field(0.0, description="Capacitance of one phase, nF/km", examples=[830])
    max_i_ka: PositiveAmount = Field(description="Current that it may carry, kA", examples=[0.27])
    parallel: Parallel = Field(1, description="Number of equal lines side by side")
    in_service: bool = True
    from_closed: bool = Field(True, description="False: an open switch at `from_bus`; the line hangs on `to_bus` only")
    to_closed: bool = Field(True, description="False: an open switch at `to_bus`; the line hangs on `from_bus` only")

    @model_validator(mode="after")
    def _has_impedance(self) -> Self:
        if self.r_ohm_per_km == 0 and self.x_ohm_per_km == 0:
            raise wrong("a line needs a resistance or a reactance")
        return self


class NetworkTransformer(Strict):
    """A transformer of two windings, by its name plate; `transformer` is the community's, if it stands for one."""

    name: Label = Field(examples=["T1"])
    hv_bus: Label = Field(examples=["MV"])
    lv_bus: Label = Field(examples=["LV"])
    transformer: Id | None = Field(None, description="Id of the transformer of the community that this is")
    sn_kva: PositiveAmount = Field(description="Rated power, kVA", examples=[250])
    hv_kv: PositiveAmount | None = Field(None, description="Rated voltage, kV; absent: that of `hv_bus`")
    lv_kv: PositiveAmount | None = Field(None, description="Rated voltage, kV; absent: that of `lv_bus`")
    vk_percent: PositiveAmount = Field(description="Short-circuit voltage, %", examples=[4])
    vkr_percent: Amount = Field(0.0, description="Its resistive part, %", examples=[1.3])
    pfe_kw: Amount = Field(0.0, description="Iron losses, kW", examples=[0.6])
    i0_percent: Amount = Field(0.0, description="No-load current, % of the rated current", examples=[0.3])
    tap_pos: Tap = Field(0, description="Position of the tap changer")
    tap_neutral: Tap = Field(0, description="Position in which the rated voltages hold")
    tap_step_percent: Amount = Field(0.0, description="Change of the rated voltage by one step, %", examples=[2.5])
    tap_side: Literal["hv", "lv"] = Field("hv", description="The side whose rated voltage changes")
    shift_degree: Annotated[float, Field(ge=-360, le=360)] = Field(
        0.0, description="By how much the low-voltage side lags, degrees", examples=[150]
    )
    parallel: Parallel = Field(1, description="Number of equal transformers side by side")
    in_service: bool = True

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.vkr_percent > self.vk_percent:
            raise wrong("vkr_percent must not exceed vk_percent")
        if 1 + (self.tap_pos - self.tap_neutral) * self.tap_step_percent / 100 <= 0:
            raise wrong("the tap changer leaves no voltage")
        return self


class NetworkConnection(Strict):
    """On which bus a house hangs."""

    house: Id = Field(description="House id", examples=[12])
    bus: Label = Field(examples=["B7"])


class NetworkFields(Strict):
    """The electrical network of a grid. All references are names within the network; houses go by their id."""

    frequency_hz: Annotated[float, Field(gt=0, le=1000)] = Field(50.0, description="Frequency, Hz")
    source: NetworkSource
    voltage_band: VoltageBand = Field(default_factory=VoltageBand)
    buses: list[NetworkBus]
    lines: list[NetworkLine] = Field([])
    transformers: list[NetworkTransformer] = Field([])
    connections: list[NetworkConnection] = Field([], description="One for each house that the network supplies")


EXAMPLE: dict[str, Any] = {
    "source": {"bus": "MV", "voltage_pu": 1.02},
    "buses": [
        {"name": "MV", "voltage_kv": 20},
        {"name": "LV", "voltage_kv": 0.4},
        {"name": "B7", "voltage_kv": 0.4},
    ],
    "lines": [
        {
            "name": "Line 1",
            "from_bus": "LV",
            "to_bus": "B7",
            "length_km": 0.12,
            "r_ohm_per_km": 0.207,
            "x_ohm_per_km": 0.08,
            "c_nf_per_km": 830,
            "max_i_ka": 0.27,
        }
    ],
    "transformers": [
        {
            "name": "T1",
            "hv_bus": "MV",
            "lv_bus": "LV",
            "sn_kva": 250,
            "vk_percent": 4,
            "vkr_percent": 1.3,
            "pfe_kw": 0.6,
            "i0_percent": 0.3,
            "tap_step_percent": 2.5,
            "shift_degree": 150,
        }
    ],
    "connections": [],
}
