"""From a base request and lists of values to the requests of all runs. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import product
from typing import Any

from pydantic import ValidationError

from hygge_core.errors import Finding
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.sweeps.schemas import Mode

# One community is checked and pinned for all runs.
FIXED = ("grid_id",)


def check(vary: Mapping[str, Sequence[Any]], mode: Mode, most: int) -> list[Finding]:
    """What is wrong with the lists themselves."""
    found = [Finding(f"vary.{path}", "can't be varied: a sweep is on one grid") for path in vary if path in FIXED]
    lengths = {path: len(values) for path, values in vary.items()}
    if mode is Mode.ZIP and len(set(lengths.values())) > 1:
        text = ", ".join(f"{path} has {length}" for path, length in lengths.items())
        found.append(Finding("vary", f"mode 'zip' needs lists of the same length: {text}"))
    runs = count(vary, mode)
    if runs > most:
        found.append(Finding("vary", f"these are {runs} runs; {most} are allowed"))
    return found


def count(vary: Mapping[str, Sequence[Any]], mode: Mode) -> int:
    """How many runs there will be."""
    runs = 1
    for values in vary.values():
        if mode is Mode.ZIP:
            return len(values)
        runs *= len(values)
    return runs


def combinations(vary: Mapping[str, Sequence[Any]], mode: Mode) -> Iterator[dict[str, Any]]:
    """Value by path for each run; in a product the last path changes fastest."""
    rows = zip(*vary.values(), strict=True) if mode is Mode.ZIP else product(*vary.values())
    for row in rows:
        yield dict(zip(vary, row, strict=True))


def request_of(base: Mapping[str, Any], varied: Mapping[str, Any]) -> RunRequest:
    """The request of one run; ValidationError or LookupError where it makes none."""
    values = deepcopy(dict(base))
    for path, value in varied.items():
        _put(values, path, value)
    return RunRequest.model_validate(values)


def _put(values: dict[str, Any], path: str, value: Any) -> None:
    place: Any = values
    *parents, last = path.split(".")
    for name in parents:
        if isinstance(place, list):
            place = place[int(name)]
        elif isinstance(place, dict):
            if place.get(name) is None:
                place[name] = {}
            place = place[name]
        else:
            raise LookupError(path)
    if isinstance(place, list):
        place[int(last)] = value
    elif isinstance(place, dict):
        place[last] = value
    else:
        raise LookupError(path)


def invalid(place: int, varied: Mapping[str, Any], error: ValidationError | LookupError | ValueError) -> list[Finding]:
    """Findings of a combination that makes no request."""
    if not isinstance(error, ValidationError):
        paths = ", ".join(varied)
        return [named(place, varied, Finding("vary", f"one of {paths} is no place in this request"))]
    return [
        named(place, varied, Finding(".".join(map(str, item["loc"])), str(item["msg"])))
        for item in error.errors(include_url=False, include_context=False)
    ]


def named(place: int, varied: Mapping[str, Any], finding: Finding) -> Finding:
    """A finding with the combination that it is about."""
    return Finding(f"combinations.{place}.{finding.field}", f"with {text_of(varied)}: {finding.message}")


def text_of(varied: Mapping[str, Any]) -> str:
    """A combination in words: allocation = greedy, seed = 3."""
    return ", ".join(f"{path} = {value}" for path, value in varied.items())
