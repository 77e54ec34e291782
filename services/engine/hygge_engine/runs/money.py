"""What a run's money is asked for with: tariffs, fees, incentives. `RunRequest` puts them together."""

from typing import Annotated, Any, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field

from hygge_engine.markets import PlantClass, Region

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOLIDAY = "holiday"

# Larger numbers are no price and no power.
MAX_NUMBER = 1e9


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


def short(name: str, *others: str) -> AliasChoices:
    """The field's full name, or a short one that leaves the unit out, as the model page has it."""
    return AliasChoices(name, name.removesuffix("_eur_per_kwh"), *others)


def weekday(value: Any) -> Any:
    """Monday is 0; names and their first three letters are understood too, and 'holiday'."""
    if isinstance(value, str):
        name = value.strip().lower()
        if name in DAY_NAMES + LONG_DAY_NAMES:
            return DAY_NAMES.index(name[:3])
        if name == HOLIDAY:
            return HOLIDAY
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 6:
        return value
    raise ValueError("a day is 0 (Monday) to 6, its name, or 'holiday'")


def kind_of_tariff(value: Any) -> Any:
    """A tariff without a kind is flat, unless it has periods or a profile."""
    if isinstance(value, dict) and "kind" not in value:
        kind = "time_of_use" if "periods" in value else "series" if "profile_id" in value else "flat"
        return {"kind": kind, **value}
    return value


PricePerKwh = Annotated[float, Field(ge=0, le=MAX_NUMBER)]
SignedPricePerKwh = Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
Part = Annotated[float, Field(ge=0, le=1)]
ProfileId = Annotated[int, Field(ge=1)]
Weekday = Annotated[int | Literal["holiday"], BeforeValidator(weekday)]
ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
ClockEnd = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class FlatTariff(Model):
    """One price for all time."""

    kind: Literal["flat"] = "flat"
    retail_eur_per_kwh: PricePerKwh = Field(
        0.30, validation_alias=short("retail_eur_per_kwh"), description="Price of imported energy, without fees"
    )
    feed_in_eur_per_kwh: PricePerKwh = Field(
        0.08, validation_alias=short("feed_in_eur_per_kwh"), description="Paid for exported energy"
    )


class TariffPeriod(Model):
    """A daily period by the community's local clock; `to` before `from` runs over midnight (24:00 is midnight too)."""

    from_: ClockTime = Field(alias="from", examples=["22:00"])
    to: ClockEnd = Field(examples=["06:00"])
    weekdays: list[Weekday] | None = Field(
        None,
        min_length=1,
        description="Days on which the period begins: 0 (Monday) to 6, names, or `holiday`; default: all days",
    )
    retail_eur_per_kwh: PricePerKwh = Field(validation_alias=short("retail_eur_per_kwh"))


class Holidays(Model):
    """Whose public holidays count, by ISO 3166-1 and 3166-2 codes."""

    country: str = Field(min_length=2, max_length=3, pattern=r"^[A-Z]+$", examples=["DE"])
    subdivision: str | None = Field(
        None, min_length=1, max_length=10, pattern=r"^[A-Za-z0-9-]+$", examples=["NW"], description="State or region"
    )


class TimeOfUseTariff(Model):
    """Periods with their own retail price; `retail_eur_per_kwh` holds at all other times.

    With `holidays`, a public holiday is a day of its own if some period names `holiday`; else it counts as a Sunday.
    """

    kind: Literal["time_of_use"]
    periods: list[TariffPeriod] = Field(min_length=1, max_length=100)
    retail_eur_per_kwh: PricePerKwh = Field(0.30, validation_alias=short("retail_eur_per_kwh"))
    feed_in_eur_per_kwh: PricePerKwh = Field(0.08, validation_alias=short("feed_in_eur_per_kwh"))
    holidays: Holidays | None = Field(None, description="Default: no day is a holiday")


class SeriesTariff(Model):
    """A price that changes with time, such as day-ahead plus surcharge: retail = factor · profile + surcharge.

    Prices may be negative. Profiles of type `price` are stored per kWh, whatever unit they were uploaded in.
    """

    kind: Literal["series"]
    profile_id: ProfileId = Field(description="Profile of type `price`")
    factor: float = Field(1.0, ge=0, le=1000, description="Multiplies the profile, for example 1.19 with 19 % VAT")
    surcharge_eur_per_kwh: SignedPricePerKwh = Field(
        0.0, validation_alias=short("surcharge_eur_per_kwh"), description="Added to every step, after the factor"
    )
    feed_in_eur_per_kwh: SignedPricePerKwh | None = Field(
        None, validation_alias=short("feed_in_eur_per_kwh"), description="Paid for exported energy; default 0.08"
    )
    feed_in_profile_id: ProfileId | None = Field(
        None, description="Profile of type `price`, paid for exported energy as it is; instead of feed_in_eur_per_kwh"
    )


AnyTariff = FlatTariff | TimeOfUseTariff | SeriesTariff
Tariff = Annotated[Annotated[AnyTariff, Field(discriminator="kind")], BeforeValidator(kind_of_tariff)]


class Fees(Model):
    """What comes on top of a kWh: local purchases pay platform and local grid fee, imports grid fee and taxes."""

    platform_fee_eur_per_kwh: PricePerKwh = Field(0.0, validation_alias=short("platform_fee_eur_per_kwh"))
    local_grid_fee_eur_per_kwh: PricePerKwh = Field(
        0.0, validation_alias=short("local_grid_fee_eur_per_kwh"), description="On purchases inside a transformer"
    )
    between_grid_fee_eur_per_kwh: PricePerKwh | None = Field(
        None,
        validation_alias=short("between_grid_fee_eur_per_kwh"),
        description="On purchases from another transformer's houses; default: local_grid_fee_eur_per_kwh",
    )
    grid_fee_eur_per_kwh: PricePerKwh = Field(0.0, validation_alias=short("grid_fee_eur_per_kwh"))
    taxes_eur_per_kwh: PricePerKwh = Field(0.0, validation_alias=short("taxes_eur_per_kwh"))

    @property
    def between_grid_fee(self) -> float:
        """The grid fee on purchases between transformers, per kWh."""
        own = self.between_grid_fee_eur_per_kwh
        return self.local_grid_fee_eur_per_kwh if own is None else own


class FixedIncentive(Model):
    """The same for every shared kWh."""

    kind: Literal["fixed"] = "fixed"
    eur_per_kwh: PricePerKwh = Field(description="Paid per kWh bought inside a transformer or between transformers")
    to_sellers: Part = Field(0.5, description="Part that sellers get, by what they sold; the rest goes to the buyers")


class ItalianIncentive(Model):
    """Premium on shared energy of an Italian CER: see docs/settlement.md. Exactly one zonal price."""

    kind: Literal["it_cer"]
    plant_class: PlantClass = Field(PlantClass.UP_TO_200_KW, description="Of the community's plants")
    region: Region = Field(Region.SOUTH, description="Adds 4 (centre) or 10 (north) per MWh, for photovoltaics")
    zonal_price_profile_id: ProfileId | None = Field(None, description="Hourly zonal price: a profile of type `price`")
    zonal_price_eur_per_mwh: SignedPricePerKwh | None = Field(None, description="One zonal price for all time")
    refund_eur_per_kwh: PricePerKwh = Field(0.008, description="Grid tariff that is given back per shared kWh")
    to_sellers: Part = Field(0.5, description="Part that sellers get, by what they sold; the rest goes to the buyers")


Incentive = Annotated[FixedIncentive | ItalianIncentive, Field(discriminator="kind")]


class Carbon(Model):
    """Carbon intensity of imported energy: one number, or a profile of type `carbon`. Exactly one of them."""

    kg_per_kwh: float | None = Field(None, ge=0, le=MAX_NUMBER)
    profile_id: ProfileId | None = None
