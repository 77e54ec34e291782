"""What heat pumps, heaters and air conditioners have in common: how well they work, what they serve, their store."""

from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from hygge_topology.fields import Amount, PositiveAmount, Share, Strict, wrong

ONLY_ONE = "give only one of cop, cop_model and carnot_fraction"


class HeatStore(Strict):
    """A buffer of warm or cold water."""

    store_kwh: Amount | None = Field(None, description="Heat (or cold) that its store holds, kWh thermal; absent: none")
    store_litres: Amount | None = Field(
        None, description="Water in its store, l, in place of store_kwh: 0.00116 kWh per litre and kelvin"
    )
    store_delta_k: PositiveAmount = Field(10.0, description="Usable difference of temperature in the store, K")
    store_loss_per_day: float = Field(0.0, ge=0, lt=1, description="Share of the stored heat lost per day, [0, 1)")
    initial_store: Share = Field(0.0, description="Content of the store at the start, share of what it holds")

    @field_validator("store_litres")
    @classmethod
    def _one_size(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("store_kwh") is not None:
            raise wrong("give either store_kwh or store_litres")
        return value


class HeatMaker(HeatStore):
    """Serves its house's heat: its `heat` profiles, and what the house loses on cold days."""

    heat_loss_kw_per_k: Amount | None = Field(
        None,
        description="Heat the house needs per kelvin below heating_limit_c, kW/K, beside its `heat` profiles: "
        "loss · max(limit − outdoor temperature, 0)",
        examples=[0.15],
    )
    heating_limit_c: float = Field(15.0, ge=-50, le=50, description="No heating above this outdoor temperature, °C")

    @field_validator("heat_loss_kw_per_k")
    @classmethod
    def _served(cls, value: float | None, info: ValidationInfo) -> float | None:
        curves = ("cop", "cop_model", "carnot_fraction")
        if value is not None and all(name in info.data and info.data[name] is None for name in curves):
            raise wrong("needs one of cop, cop_model and carnot_fraction")
        return value


class HeatPumpCurve(Strict):
    """Coefficient of performance: heat / electricity. One of the first three, or none."""

    cop: float | None = Field(None, gt=0, le=20, description="Constant coefficient of performance", examples=[3.2])
    cop_model: Literal["air", "ground", "water"] | None = Field(
        None, description="COP by the temperature lift, for this source of heat (Ruhnau et al. 2019)"
    )
    carnot_fraction: float | None = Field(
        None, gt=0, le=1, description="COP as this part of the ideal T_supply / (T_supply − T_source), in kelvin"
    )
    supply_temperature_c: float = Field(45.0, ge=10, le=90, description="Temperature of the heat it gives, °C")
    source_temperature_c: float | None = Field(
        None,
        ge=-50,
        le=60,
        description="Temperature of its source, °C; absent: the outdoor temperature, and 10 for `ground` and `water`",
    )

    @field_validator("cop_model")
    @classmethod
    def _not_with_cop(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("cop") is not None:
            raise wrong(ONLY_ONE)
        return value

    @field_validator("carnot_fraction")
    @classmethod
    def _alone(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and any(info.data.get(name) is not None for name in ("cop", "cop_model")):
            raise wrong(ONLY_ONE)
        return value


class ColdMaker(HeatStore):
    """Serves its house's need of cold."""

    eer: float | None = Field(
        None, gt=0, le=30, description="Energy efficiency ratio: cooling / electricity, at 35 °C outdoors", examples=[3]
    )
    eer_slope_per_k: float = Field(
        0.0, ge=0, le=5, description="What the ratio gains per kelvin below 35 °C outdoors; 0: it is constant"
    )
    carnot_fraction: float | None = Field(
        None, gt=0, le=1, description="Ratio as this part of the ideal T_indoor / (T_outdoor − T_indoor), in kelvin"
    )
    indoor_temperature_c: float = Field(24.0, ge=5, le=40, description="Temperature of the cold it gives, °C")
    cooling_gain_kw_per_k: Amount | None = Field(
        None,
        description="Cold the house needs per kelvin above cooling_limit_c, kW/K; absent: the device does not run",
        examples=[0.2],
    )
    cooling_limit_c: float = Field(24.0, ge=-50, le=60, description="No cooling below this outdoor temperature, °C")

    @field_validator("carnot_fraction")
    @classmethod
    def _alone(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and info.data.get("eer") is not None:
            raise wrong("give either eer or carnot_fraction")
        return value

    @field_validator("cooling_gain_kw_per_k")
    @classmethod
    def _served(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is not None and all(
            name in info.data and info.data[name] is None for name in ("eer", "carnot_fraction")
        ):
            raise wrong("needs eer or carnot_fraction")
        return value
