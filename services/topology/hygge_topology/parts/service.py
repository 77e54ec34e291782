"""The life of every part of a grid: who may see it, and create, read, change and delete as one transaction each.

A noun's service says what its schemas are and adds its own rules in `check`; nothing else differs between them.
"""

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_topology.base import database
from hygge_topology.fields import validated
from hygge_topology.grids.access import HIDDEN, changing, visible
from hygge_topology.parts.repository import PartRepository, Record, reserve_ids

Fields = TypeVar("Fields", bound=BaseModel)
Shown = TypeVar("Shown", bound=BaseModel)


class Parent(Protocol):
    """What a part hangs under."""

    def visible(self, caller: Principal, part_id: int) -> Record:
        """The parent's record with the `grid_id` it belongs to; NotFound when the caller may not see it."""


class GridAsParent:
    """A grid in the role of a parent."""

    def visible(self, caller: Principal, part_id: int) -> Record:
        return visible(caller, part_id) | {"grid_id": part_id}


class PartService(Generic[Fields, Shown]):
    """`fields` is what a client may send, `shown` what it gets; both as the record spells them."""

    fields: type[Fields]
    shown: type[Shown]

    def __init__(self, repository: PartRepository, parent: Parent) -> None:
        self.repository = repository
        self.parent = parent

    # What a noun may say differently.

    def may_see(self, caller: Principal, record: Record) -> bool:
        """Beyond those who may view the grid."""
        return False

    def check(self, grid: Record, record: Record) -> None:
        """Raise for what the schema alone can't tell; called with the grid locked, before the record is stored."""

    def removed(self, grid_id: int) -> None:
        """Clean up after a part is gone."""

    def lock(self, caller: Principal, record: Record) -> Record:
        """The part's grid, locked for a change; NotAllowed for those who may only read."""
        return changing(caller, record["grid_id"])

    def model_for(self, record: Mapping[str, Any]) -> type[BaseModel]:
        """The model that a changed record must satisfy."""
        return self.fields

    # The same for all.

    def visible(self, caller: Principal, part_id: int) -> Record:
        """The record, inside a transaction; NotFound when it is missing or hidden."""
        record = self.repository.get(part_id)
        if record is None:
            raise NotFound(HIDDEN)
        if not self.may_see(caller, record):
            visible(caller, record["grid_id"])
        return record

    def listed(self, caller: Principal, parent_id: int, request: PageRequest) -> Page[Shown]:
        with reading(database):
            self.parent.visible(caller, parent_id)
            return self.as_page(self.repository.page(parent_id, request), request)

    def get(self, caller: Principal, part_id: int) -> Shown:
        with reading(database):
            return self.show(self.visible(caller, part_id))

    def create(self, caller: Principal, parent_id: int, fields: Fields) -> Shown:
        with transaction(database):
            grid = changing(caller, self.parent.visible(caller, parent_id)["grid_id"])
            # Once more under the lock: the parent may have gone while we waited.
            self.parent.visible(caller, parent_id)
            place = {"id": reserve_ids(1)[0], "grid_id": grid["id"], self.repository.parent: parent_id}
            return self.store(grid, fields.model_dump() | place)

    def change(self, caller: Principal, part_id: int, changes: dict[str, Any]) -> Shown:
        """Merge `changes` into what is stored (RFC 7396) and check the whole."""
        with transaction(database):
            grid = self.lock(caller, self.visible(caller, part_id))
            record = self.visible(caller, part_id)
            model = self.model_for(record)
            kept = {name: record[name] for name in model.model_fields}
            return self.store(grid, record | validated(model, kept | changes).model_dump())

    def remove(self, caller: Principal, part_id: int) -> None:
        with transaction(database):
            grid = self.lock(caller, self.visible(caller, part_id))
            self.visible(caller, part_id)
            self.repository.delete([part_id])
            self.removed(grid["id"])

    def store(self, grid: Record, record: Record) -> Shown:
        self.check(grid, record)
        self.repository.put([record])
        return self.show(record)

    def show(self, record: Record) -> Shown:
        return validated(self.shown, record)

    def as_page(self, records: list[Record], request: PageRequest) -> Page[Shown]:
        return page([self.show(record) for record in records], request, lambda item: int(item.id))  # type: ignore[attr-defined]
