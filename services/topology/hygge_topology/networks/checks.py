"""What is wrong with a network beyond its fields, all of it at once.

The raw JSON is walked and not the model, so that a bad reference is found beside a bad field; whatever has not the
expected form is left to the schema to complain about.
"""

from collections.abc import Collection, Iterator
from typing import Any

from pydantic import ValidationError

from hygge_core.errors import Finding, InvalidInput
from hygge_topology.fields import findings_of, path_of
from hygge_topology.networks.schemas import NetworkFields

Node = dict[str, Any]
References = Collection[int | str]
NAMED = {"buses": "bus", "lines": "line", "transformers": "transformer"}


def checked(raw: Any, houses: References, transformers: References) -> NetworkFields:
    """A network by itself; InvalidInput with all findings otherwise. `houses`, `transformers`: ids of its grid."""
    network: NetworkFields | None = None
    findings: list[Finding] = []
    try:
        network = NetworkFields.model_validate(raw)
    except ValidationError as error:
        findings = findings_of(error)
    findings += reference_findings(raw, houses, transformers)
    if findings or network is None:
        raise InvalidInput(findings)
    return network


def reference_findings(raw: Any, houses: References, transformers: References, path: str = "") -> list[Finding]:
    """Findings about names, references, voltages and islands; `path` is where the network stands in a document."""
    if not isinstance(raw, dict):
        return []
    prefix = f"{path}." if path else ""
    walk = _Walk(raw, houses, transformers)
    return [Finding(path_of([prefix + where]), path_of([message])) for where, message in walk.findings()]


class _Walk:
    """One network's JSON; findings are pairs of place and message."""

    def __init__(self, raw: Node, houses: References, transformers: References) -> None:
        self._raw = raw
        self._houses = houses
        self._transformers = transformers
        self._voltage = {
            bus["name"]: bus.get("voltage_kv") for _, bus in self._items("buses") if isinstance(bus.get("name"), str)
        }

    def findings(self) -> Iterator[tuple[str, str]]:
        yield from self._repeated_names()
        source = self._raw.get("source")
        if isinstance(source, dict):
            yield from self._unknown_bus("source", source, "bus")
        for path, line in self._items("lines"):
            yield from self._branch(path, line, "from_bus", "to_bus")
        for path, transformer in self._items("transformers"):
            yield from self._branch(path, transformer, "hv_bus", "lv_bus")
            yield from self._missing(f"{path}.transformer", transformer.get("transformer"), "transformer")
        yield from self._connections()

    def _items(self, kind: str) -> Iterator[tuple[str, Node]]:
        items = self._raw.get(kind)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield f"{kind}.{number}", item

    def _repeated_names(self) -> Iterator[tuple[str, str]]:
        for kind, word in NAMED.items():
            seen = set()
            for path, item in self._items(kind):
                name = item.get("name")
                if isinstance(name, str) and name in seen:
                    yield f"{path}.name", f"{name!r} is the name of another {word}"
                elif isinstance(name, str):
                    seen.add(name)

    def _branch(self, path: str, branch: Node, first: str, second: str) -> Iterator[tuple[str, str]]:
        yield from self._unknown_bus(path, branch, first)
        yield from self._unknown_bus(path, branch, second)
        ends = [branch.get(first), branch.get(second)]
        if ends[0] == ends[1]:
            yield f"{path}.{second}", f"is {first} too"
            return
        high, low = (_number(self._voltage.get(end)) if isinstance(end, str) else None for end in ends)
        if high is None or low is None:
            return
        if first == "from_bus" and high != low:
            yield path, f"joins buses of {high:g} and {low:g} kV; a line has one voltage"
        if first == "hv_bus" and high < low:
            yield path, f"hv_bus has {high:g} kV, less than lv_bus with {low:g} kV"

    def _connections(self) -> Iterator[tuple[str, str]]:
        supplied = self._supplied()
        seen: set[int | str] = set()
        for path, connection in self._items("connections"):
            house, bus = connection.get("house"), connection.get("bus")
            yield from self._missing(f"{path}.house", house, "house")
            if _is_reference(house):
                if house in seen:
                    yield f"{path}.house", f"{house!r} has a connection already"
                seen.add(house)  # type: ignore[arg-type]
            yield from self._unknown_bus(path, connection, "bus")
            if isinstance(bus, str) and bus in self._voltage and supplied and bus not in supplied:
                yield f"{path}.bus", f"{bus!r} is not supplied: no way leads from it to the source"

    def _unknown_bus(self, path: str, item: Node, field: str) -> Iterator[tuple[str, str]]:
        name = item.get(field)
        if isinstance(name, str) and name not in self._voltage:
            yield f"{path}.{field}", f"{name!r} is not a bus of this network"

    def _missing(self, path: str, reference: Any, kind: str) -> Iterator[tuple[str, str]]:
        known = self._houses if kind == "house" else self._transformers
        if _is_reference(reference) and reference not in known:
            yield path, f"{reference!r} is not the id of a {kind} of this grid"

    def _supplied(self) -> set[str]:
        """Buses that the source reaches; empty where it is not known."""
        source = self._raw.get("source")
        start = source.get("bus") if isinstance(source, dict) else None
        if not isinstance(start, str) or start not in self._voltage:
            return set()
        ways = self._ways()
        reached, open_ends = {start}, [start]
        while open_ends:
            for bus in ways.get(open_ends.pop(), ()):
                if bus not in reached:
                    reached.add(bus)
                    open_ends.append(bus)
        return reached

    def _ways(self) -> dict[str, list[str]]:
        """The neighbours of each bus through what is in service and closed at both ends."""
        ways: dict[str, list[str]] = {}
        for kind, first, second in (("lines", "from_bus", "to_bus"), ("transformers", "hv_bus", "lv_bus")):
            for _, branch in self._items(kind):
                closed = all(branch.get(name, True) for name in ("in_service", "from_closed", "to_closed"))
                ends = branch.get(first), branch.get(second)
                if closed and isinstance(ends[0], str) and isinstance(ends[1], str):
                    ways.setdefault(ends[0], []).append(ends[1])
                    ways.setdefault(ends[1], []).append(ends[0])
        return ways


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _is_reference(value: Any) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool)
