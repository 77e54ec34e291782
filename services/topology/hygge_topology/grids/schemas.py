"""What clients send and get for grids."""

from datetime import datetime
from functools import cache
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from hygge_topology.fields import Amount, Label, Strict, wrong

Access = Literal["operate", "view"]


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones()) - {"localtime", "Factory", "posixrules"}


def _timezone(value: str) -> str:
    if value not in _timezones():
        raise wrong("is not an IANA time zone, for example Europe/Berlin")
    return value


class Location(Strict):
    """Where the community is (WGS 84)."""

    latitude: float = Field(ge=-90, le=90, description="Degrees, north positive", examples=[52.52])
    longitude: float = Field(ge=-180, le=180, description="Degrees, east positive", examples=[13.4])


class GridFields(Strict):
    """A community. Limits towards upstream are absent when unlimited; 0 and 0 make an island."""

    name: Label = Field(examples=["Hygge Street"])
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(
        "UTC", description="IANA time zone of local days and tariffs", examples=["Europe/Berlin"]
    )
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$", description="ISO 4217 letters of all prices", examples=["EUR"])
    import_limit_kw: Amount | None = Field(None, description="Most the grid may draw from upstream, kW", examples=[250])
    export_limit_kw: Amount | None = Field(None, description="Most the grid may feed upstream, kW", examples=[160])
    location: Location | None = None


class Grid(GridFields):
    """A stored grid."""

    id: int
    version: int = Field(description="Counts the changes of the grid and everything in it")
    access: Access = Field(description="What the caller may do with it")
    created_by: int = Field(description="Id of the user who made it")
    created_at: datetime
    updated_at: datetime
