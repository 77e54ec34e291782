"""Whole communities: read, import, replace, pin."""

import hashlib
from typing import Any, ClassVar

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import HyggeError, NotFound
from hygge_core.idempotency import Answer, Idempotency
from hygge_core.paging import Page, PageRequest, page
from hygge_topology import metrics
from hygge_topology.base import database
from hygge_topology.documents import repository
from hygge_topology.documents.checks import checked, parsed
from hygge_topology.documents.content import Parts, assemble, count_nodes, flags_used, flatten
from hygge_topology.documents.schemas import Document, Nodes, Snapshot
from hygge_topology.flags.repository import vocabulary
from hygge_topology.flags.service import register
from hygge_topology.grids import repository as grids
from hygge_topology.grids.access import HIDDEN, access_of, changing, visible
from hygge_topology.grids.schemas import GridFields
from hygge_topology.parts.repository import Record, reserve_ids
from hygge_topology.priority_lists.repository import repository as priority_lists

idempotency = Idempotency(database, "topology")


class Stale(HyggeError):
    """Somebody else changed it in between."""

    status: ClassVar[int] = 412
    code: ClassVar[str] = "stale"
    title: ClassVar[str] = "Changed in between"


def read(caller: Principal, grid_id: int) -> Record:
    """The document of a grid; nothing is stored."""
    with transaction(database):
        grids.consistent_read()
        return _document(caller, visible(caller, grid_id))


def import_once(caller: Principal, body: bytes, key: str | None) -> Answer:
    """`import_document`, once for each Idempotency-Key of the caller."""

    def work() -> Answer:
        return Answer(201, import_document(caller, body), {})

    payload = hashlib.sha256(body).hexdigest()
    return idempotency.once(key, scope=f"{caller.user_id} POST /grids/import", payload=payload, work=work)


def import_document(caller: Principal, body: bytes) -> Record:
    """Store a document as a new grid of the caller's, with new ids."""
    raw = parsed(body)
    with transaction(database):
        document = checked(raw, vocabulary(caller.user_id).keys())
        grid_id = grids.insert(_grid_values(document), caller.user_id)
        _write(caller, visible(caller, grid_id), document, before={})
        stored = _document(caller, visible(caller, grid_id))
    _count_houses(document)
    return stored


def replace(caller: Principal, grid_id: int, body: bytes, if_match: str | None) -> Record:
    """Make a grid what the document says: ids that it has are kept, others are new, what is missing is deleted."""
    raw = parsed(body)
    with transaction(database):
        grid = changing(caller, grid_id)
        _check_unchanged(if_match, grid["version"] - 1)
        document = checked(raw, vocabulary(grid["created_by"]).keys())
        grids.update(grid_id, _grid_values(document))
        _write(caller, grid, document, before=repository.ids_of_grid(grid_id))
        stored = _document(caller, visible(caller, grid_id))
    _count_houses(document)
    return stored


def pin(caller: Principal, grid_id: int) -> Record:
    """The document of a grid, kept as a snapshot of its version."""
    with transaction(database):
        visible(caller, grid_id)
        grids.hold(grid_id)
        grid = visible(caller, grid_id)
        stored = repository.snapshot(grid_id, grid["version"])
        if stored is not None:
            return stored | {"access": access_of(caller, grid)}
        document = _document(caller, grid)
        repository.store_snapshot({name: value for name, value in document.items() if name != "access"})
    metrics.SNAPSHOTS.inc()
    return document


def snapshot(caller: Principal, grid_id: int, version: int) -> Record:
    with reading(database):
        grid = visible(caller, grid_id)
        document = repository.snapshot(grid_id, version)
        if document is None:
            raise NotFound(HIDDEN)
        return document | {"access": access_of(caller, grid)}


def snapshots(caller: Principal, grid_id: int, request: PageRequest) -> Page[Snapshot]:
    with reading(database):
        visible(caller, grid_id)
        stored = [Snapshot.model_validate(record) for record in repository.snapshots(grid_id, request)]
    return page(stored, request, lambda item: item.version)


def nodes(caller: Principal, grid_id: int) -> Nodes:
    with transaction(database):
        grids.consistent_read()
        grid = visible(caller, grid_id)
        found: dict[str, Any] = {
            kind: repository.REPOSITORIES[kind].of_grid(grid_id) for kind in ("transformers", "houses")
        }
    found |= {"grid_id": grid_id, "created_by": grid["created_by"], "access": access_of(caller, grid)}
    return Nodes.model_validate(found)


def _document(caller: Principal, grid: Record) -> Record:
    parts = repository.read_parts(grid["id"])
    return assemble(grid, parts, vocabulary(grid["created_by"])) | {"access": access_of(caller, grid)}


def _count_houses(document: Document) -> None:
    metrics.HOUSES.inc(sum(len(transformer.houses) for transformer in document.transformers))


def _grid_values(document: Document) -> Record:
    return document.model_dump(include={*GridFields.model_fields, "flags"})


def _write(caller: Principal, grid: Record, document: Document, before: dict[str, set[int]]) -> None:
    new_ids = iter(reserve_ids(count_nodes(document)))

    def number(kind: str, reference: int | str | None) -> int:
        return int(reference) if reference in before.get(kind, ()) else next(new_ids)  # type: ignore[arg-type]

    parts = flatten(document, grid["id"], number)
    _keep_creators(caller, grid["id"], parts)
    declared = {flag.name: flag.description for flag in document.flags}
    register(grid["created_by"], flags_used(parts) | declared.keys(), declared)
    repository.write_parts(parts)
    if before:
        repository.delete_others(before, parts)
    repository.write_network(grid["id"], parts)


def _keep_creators(caller: Principal, grid_id: int, parts: Parts) -> None:
    """Lists that stay keep their creator, new ones are the caller's."""
    creators = {stored["id"]: stored["created_by"] for stored in priority_lists.of_grid(grid_id)}
    for record in parts.priority_lists:
        record["created_by"] = creators.get(record["id"], caller.user_id)


def _check_unchanged(if_match: str | None, version: int) -> None:
    """RFC 9110, 13.1.1: go on only if the client saw this version."""
    if if_match is None or if_match.strip() == "*":
        return
    if f'"{version}"' not in [tag.strip() for tag in if_match.split(",")]:
        raise Stale(f"The grid is at version {version} now; read it again and repeat your change.")
