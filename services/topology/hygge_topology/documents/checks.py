"""What is wrong with a document, all of it at once: fields by the schema, references by walking the JSON as it came.

The walk reads the raw JSON and not the model, so that a bad reference is found beside a bad field; whatever has not the
expected form is left to the schema to complain about.
"""

import json
from collections.abc import Collection, Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from hygge_core.errors import Finding, InvalidInput
from hygge_topology.documents.schemas import Document
from hygge_topology.fields import findings_of, path_of
from hygge_topology.houses.schemas import KEY_TOLERANCE
from hygge_topology.networks.checks import reference_findings
from hygge_topology.priority_lists.schemas import canonical

Node = dict[str, Any]


def parsed(body: bytes) -> Any:
    """The JSON of a request; InvalidInput when it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput([Finding("", f"is not JSON: {error}")]) from error


def checked(raw: Any, known_flags: Collection[str]) -> Document:
    """The document; InvalidInput with all findings otherwise. `known_flags`: those beside the document's own."""
    document: Document | None = None
    findings: list[Finding] = []
    try:
        document = Document.model_validate(raw)
    except ValidationError as error:
        findings = findings_of(error)
    if isinstance(raw, dict):
        findings += _references(raw, known_flags)
    if findings or document is None:
        raise InvalidInput(findings)
    return document


def _references(raw: Node, known_flags: Collection[str]) -> list[Finding]:
    findings: list[Finding] = []
    seen: dict[int | str, str] = {}
    houses: set[int | str] = set()
    transformers: set[int | str] = set()
    flags = {*known_flags, *_strings(node.get("name") for _, node in _children(raw, "flags"))}
    for path, kind, node in _nodes(raw):
        findings += _reused_id(path, node, seen)
        if kind == "houses":
            houses |= _ids([node.get("id")])
            flags |= _strings(node.get("flags"))
        elif kind == "transformers":
            transformers |= _ids([node.get("id")])
            findings += _sharing_keys(path, node)
    findings += _repeated_flags(raw)
    for path, node in _children(raw, "priority_lists"):
        findings += _ranks(path, node, houses, flags)
    return findings + reference_findings(raw.get("network"), houses, transformers, "network")


def _nodes(raw: Node) -> Iterator[tuple[str, str, Node]]:
    """Path, kind and JSON of every node, parents first."""
    yield "", "grid", raw
    for transformer_path, transformer in _children(raw, "transformers"):
        yield transformer_path, "transformers", transformer
        for house_path, house in _children(transformer, "houses", transformer_path):
            yield house_path, "houses", house
            for device_path, device in _children(house, "devices", house_path):
                yield device_path, "devices", device
    for path, priority_list in _children(raw, "priority_lists"):
        yield path, "priority_lists", priority_list


def _children(node: Node, kind: str, path: str = "") -> Iterator[tuple[str, Node]]:
    prefix = f"{path}.{kind}" if path else kind
    children = node.get(kind)
    for number, child in enumerate(children if isinstance(children, list) else ()):
        if isinstance(child, dict):
            yield f"{prefix}.{number}", child


def _ids(values: Any) -> set[int | str]:
    return {value for value in values if isinstance(value, int | str) and not isinstance(value, bool)}


def _strings(values: Any) -> set[str]:
    return {value for value in values if isinstance(value, str)} if not isinstance(values, str | None) else set()


def _reused_id(path: str, node: Node, seen: dict[int | str, str]) -> list[Finding]:
    for identity in _ids([node.get("id")]):
        first = seen.setdefault(identity, path)
        if first != path:
            field = f"{path}.id"
            return [Finding(field, path_of([f"{identity!r} is the id of {first or 'the grid'} already"]))]
    return []


def _sharing_keys(path: str, transformer: Node) -> list[Finding]:
    keys = [house.get("sharing_key") for _, house in _children(transformer, "houses")]
    total = sum(key for key in keys if isinstance(key, int | float) and 0 <= key <= 1)
    if total <= 1 + KEY_TOLERANCE:
        return []
    return [Finding(f"{path}.houses", f"the sharing keys sum to {total:g}, more than 1")]


def _repeated_flags(raw: Node) -> list[Finding]:
    findings, seen = [], set()
    for path, flag in _children(raw, "flags"):
        for name in _strings([flag.get("name")]):
            if name in seen:
                findings.append(Finding(f"{path}.name", path_of([f"'{name}' is described twice"])))
            seen.add(name)
    return findings


def _ranks(path: str, node: Node, houses: set[int | str], flags: set[str]) -> list[Finding]:
    findings: list[Finding] = []
    configuration = node.get("configuration")
    for number, item in enumerate(configuration if isinstance(configuration, list) else ()):
        try:
            rank = canonical(item)
        except PydanticCustomError:
            continue
        where = f"{path}.configuration.{number}"
        findings += _missing(f"{where}.flags", rank.get("flags"), flags, "is not a known flag")
        findings += _missing(f"{where}.houses", rank.get("houses"), houses, "is not the id of a house of this document")
    return findings


def _missing(path: str, values: Any, known: Collection[Any], message: str) -> list[Finding]:
    return [
        Finding(f"{path}.{place}", path_of([f"{value!r} {message}"]))
        for place, value in enumerate(values if isinstance(values, list) else ())
        if isinstance(value, int | str) and not isinstance(value, bool) and value not in known
    ]
