"""A community's document as people write it → as the engine reads it: defaults filled in, nodes numbered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from hygge_core.errors import Finding
from hygge_engine.inputs.devices import KINDS, MAX_NUMBER
from hygge_engine.library.findings import findings_of, raise_if

Reference = int | str
Limit = Annotated[float | None, Field(ge=0, le=MAX_NUMBER)]
Price = Annotated[float | None, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
# What only an answer of the services has, or what says nothing to a run.
SILENT = ("id", "grid_id", "transformer_id", "house_id")


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)


class _House(_Node):
    id: Reference | None = None
    name: str | None = None
    house_type: str = "residential"
    flags: list[str] = []
    owner: str | None = None
    sharing_key: Annotated[float | None, Field(ge=0, le=1)] = None
    min_sell_price: Price = None
    max_buy_price: Price = None
    devices: list[dict[str, Any]] = []


class _Transformer(_Node):
    id: Reference | None = None
    name: str | None = None
    capacity_kw: Limit = None
    houses: list[_House] = []


def _rank(value: Any) -> Any:
    """Also in the short form: a flag or the id of a house alone, or a list of them."""
    if isinstance(value, list):
        return {"flags": [item for item in value if isinstance(item, str)], "houses": []}
    return {"flags": [value], "houses": []} if isinstance(value, str) else value


class _Rank(_Node):
    flags: list[str] = []
    houses: list[Reference] = []


class _PriorityList(_Node):
    id: Reference | None = None
    name: str = ""
    configuration: list[Annotated[_Rank, BeforeValidator(_rank)]] = []


class _Grid(BaseModel):
    """Other fields of a document (flags, location, network, version) say nothing to a run."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False, strict=True)

    format: Annotated[str, Field(pattern=r"^hygge-community/1$")] = "hygge-community/1"
    name: str = "Community"
    timezone: str = "UTC"
    currency: str = "EUR"
    import_limit_kw: Limit = None
    export_limit_kw: Limit = None
    transformers: list[_Transformer]
    priority_lists: list[_PriorityList] = []


@dataclass(frozen=True, slots=True)
class Community:
    """A document that is complete, and its nodes by what it calls them.

    document: as the engine reads it, nodes numbered in their order. transformers, houses: the nodes' names in the same
    order. house_ids: a house's number by its id and, where that is no other's, by its name. lists: priority lists by id
    and name.
    """

    document: dict[str, Any]
    transformers: list[str]
    houses: list[str]
    house_ids: dict[Reference, int]
    lists: dict[Reference, int]


def complete(raw: Mapping[str, Any]) -> Community:
    """Check the form of a document and number its nodes. InputError with all findings."""
    try:
        grid = _Grid.model_validate(dict(raw))
    except ValidationError as error:
        raise_if(findings_of(error, "topology"))
        raise
    raise_if([*_references(grid), *_unknown_fields(grid)])
    return _numbered(grid)


def _houses(grid: _Grid) -> Iterator[tuple[str, _House]]:
    for index, transformer in enumerate(grid.transformers):
        for position, house in enumerate(transformer.houses):
            yield f"topology.transformers.{index}.houses.{position}", house


def _references(grid: _Grid) -> Iterator[Finding]:
    """Ids are given once, and priority lists name houses that are there."""
    seen: set[Reference] = set()
    for path, house in _houses(grid):
        if house.id is not None and house.id in seen:
            yield Finding(f"{path}.id", f"{house.id!r} is the id of another house already")
        seen |= {house.id} if house.id is not None else set()
    for index, listed in enumerate(grid.priority_lists):
        for place, rank in enumerate(listed.configuration):
            for reference in rank.houses:
                if reference not in seen:
                    path = f"topology.priority_lists.{index}.configuration.{place}.houses"
                    yield Finding(path, f"{reference!r} is not the id of a house of this document")


def _unknown_fields(grid: _Grid) -> Iterator[Finding]:
    """A field that no device of the kind has is a slip of the pen, and would change nothing unnoticed."""
    for path, house in _houses(grid):
        for number, device in enumerate(house.devices):
            model = KINDS.get(str(device.get("kind")))
            for name in device:
                if model is not None and name not in model.model_fields and name not in SILENT:
                    yield Finding(f"{path}.devices.{number}.{name}", f"is no field of a {device['kind']}")


def _numbered(grid: _Grid) -> Community:
    """Numbers as the services would give them: rising in the document's order."""
    ids: dict[Reference, int] = {}
    names: dict[str, list[int]] = {}
    transformers: list[dict[str, Any]] = []
    titles: list[str] = []
    houses: list[str] = []
    for index, transformer in enumerate(grid.transformers):
        own = []
        for house in transformer.houses:
            number = len(houses) + 1
            houses.append(str(house.name or house.id or f"House {number}"))
            names.setdefault(houses[-1], []).append(number)
            if house.id is not None:
                ids[house.id] = number
            own.append(house.model_dump() | {"id": number, "name": houses[-1]})
        titles.append(str(transformer.name or transformer.id or f"Transformer {index + 1}"))
        transformers.append(
            {"id": index + 1, "name": titles[-1], "capacity_kw": transformer.capacity_kw, "houses": own}
        )
    # An id is found before a name; a name that several houses have finds none.
    known: dict[Reference, int] = {name: numbers[0] for name, numbers in names.items() if len(numbers) == 1}
    known |= ids
    lists = [_list_of(listed, place, ids) for place, listed in enumerate(grid.priority_lists)]
    document = grid.model_dump() | {"id": 1, "transformers": transformers, "priority_lists": lists}
    found: dict[Reference, int] = {}
    for place, listed in enumerate(grid.priority_lists):
        found |= {name: place + 1 for name in (listed.name, listed.id) if name not in (None, "")}
    return Community(document, titles, houses, known, found)


def _list_of(listed: _PriorityList, place: int, ids: dict[Reference, int]) -> dict[str, Any]:
    ranks = [{"flags": rank.flags, "houses": [ids[house] for house in rank.houses]} for rank in listed.configuration]
    return {"id": place + 1, "name": listed.name, "configuration": ranks}
