"""Routes of presets: the same for everybody, nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Query

from hygge_core.auth import Caller
from hygge_core.caching import unchanging
from hygge_core.paging import Page
from hygge_core.routes import Route
from hygge_engine.presets import service
from hygge_engine.presets.schemas import Preset

router = APIRouter(prefix="/presets", tags=["presets"], route_class=Route)


@router.get("", summary="National presets")
def listed(
    _principal: Caller,
    country: Annotated[str | None, Query(min_length=2, max_length=2, description="ISO 3166-1, for example AT")] = None,
) -> Page[Preset]:
    """Rules of energy communities by country: settlement step, sharing key, left-over, rounding, fees, with sources.

    A run takes them with `"preset": "<name>"`.
    """
    unchanging("presets")
    return Page(items=service.listed(country))


@router.get("/{name}", summary="One preset")
def get(name: str, _principal: Caller) -> Preset:
    """The rules of one kind of community. 404 if there is no preset of that name."""
    unchanging("presets")
    return service.get(name)
