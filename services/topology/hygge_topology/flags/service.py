"""Rules of flags: a vocabulary per creator beside the built-in words."""

from collections.abc import Iterable
from typing import Any

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, NotAllowed, NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_topology.base import database
from hygge_topology.fields import validated
from hygge_topology.flags import repository
from hygge_topology.flags.repository import Record
from hygge_topology.flags.schemas import Flag, FlagDescription, FlagFields
from hygge_topology.grids.access import HIDDEN


def listed(caller: Principal, request: PageRequest) -> Page[Flag]:
    with reading(database):
        flags = [Flag.model_validate(record) for record in repository.page(caller, request)]
    return page(flags, request, lambda flag: flag.id)


def get(caller: Principal, flag_id: int) -> Flag:
    with reading(database):
        return Flag.model_validate(_visible(caller, flag_id))


def create(caller: Principal, fields: FlagFields) -> Flag:
    with transaction(database):
        return Flag.model_validate(repository.insert(fields.model_dump(), caller.user_id))


def change(caller: Principal, flag_id: int, changes: dict[str, Any]) -> Flag:
    with transaction(database):
        flag = _own(caller, flag_id)
        fields = validated(FlagDescription, {"description": flag["description"]} | changes)
        repository.update(flag_id, fields.description)
        return Flag.model_validate(flag | fields.model_dump())


def remove(caller: Principal, flag_id: int) -> None:
    with transaction(database):
        _own(caller, flag_id)
        if not repository.delete_unused(flag_id):
            raise Conflict("A house or a priority list names this flag; take it off there first.")


def register(creator: int, names: Iterable[str], descriptions: dict[str, str] | None = None) -> None:
    """Add words that are used for the first time to the creator's vocabulary, and keep those in use from going."""
    used = set(names)
    if not used:
        return
    repository.hold(creator, used)
    new = used - repository.vocabulary(creator).keys()
    if new:
        repository.add_missing(creator, {name: (descriptions or {}).get(name, "") for name in new})


def _visible(caller: Principal, flag_id: int) -> Record:
    flag = repository.get(flag_id)
    if flag is None or not (flag["created_by"] is None or _is_own(caller, flag)):
        raise NotFound(HIDDEN)
    return flag


def _own(caller: Principal, flag_id: int) -> Record:
    flag = _visible(caller, flag_id)
    if flag["created_by"] is None:
        raise NotAllowed("This flag is built in.")
    return flag


def _is_own(caller: Principal, flag: Record) -> bool:
    return caller.sees_all or flag["created_by"] == caller.user_id
