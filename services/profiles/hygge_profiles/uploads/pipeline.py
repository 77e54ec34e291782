"""Read → map → check → regularise: an open file and a mapping → series ready to be stored, and what was found."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import InvalidInput, TooLarge
from hygge_profiles.arrow import pa
from hygge_profiles.fields import printable
from hygge_profiles.units import ProfileType
from hygge_profiles.uploads import frame as frames
from hygge_profiles.uploads import plan as plans
from hygge_profiles.uploads import source, when
from hygge_profiles.uploads.check import Rows, check_values
from hygge_profiles.uploads.frame import Frame
from hygge_profiles.uploads.ledger import Ledger, refuse_file
from hygge_profiles.uploads.plan import Spec
from hygge_profiles.uploads.regularise import Block, Grid, regularise, step_of, step_problem
from hygge_profiles.uploads.schemas import Mapping

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_SERIES = 10_000
# Prices per kWh above this are prices per MWh that were not said to be so.
DEAR = 5.0


@dataclass(frozen=True, slots=True)
class Ready:
    """A series in its stored unit: float32 [n], the first value's interval starting at `start`.

    `missing` steps of the file had no value; they are filled, or NaN in a file that is refused.
    """

    spec: Spec
    start: datetime
    step_minutes: int
    values: NDArray[np.float32]
    missing: int

    @property
    def end(self) -> datetime:
        return self.start + len(self.values) * timedelta(minutes=self.step_minutes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All series of a file, with the ledger and what was detected; of a refused file as far as it was read."""

    series: list[Ready] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    detected: dict[str, object] = field(default_factory=dict)


class Refused(InvalidInput):
    """A file that is not taken, with what is known of it."""

    def __init__(self, error: InvalidInput, outcome: Outcome) -> None:
        super().__init__(error.findings, error.detail)
        self.outcome = outcome


def run(file: source.Binary, filename: str, mapping: Mapping, limits: source.Limits) -> Outcome:
    """The whole pipeline; Refused with every finding by line, TooLarge beyond the limits."""
    outcome = Outcome()
    try:
        _run(file, filename, mapping, limits, outcome)
    except pa.ArrowException as error:
        # A column of a type that is neither a number, a text nor a time.
        refusal = refuse_file(f"the file can't be read: {str(error).splitlines()[0][:200]}")
        raise Refused(refusal, outcome) from error
    except InvalidInput as error:
        raise Refused(error, outcome) from error
    return outcome


def _run(file: source.Binary, filename: str, mapping: Mapping, limits: source.Limits, outcome: Outcome) -> None:
    ledger, detected = outcome.ledger, outcome.detected
    content = source.read(file, limits)
    if isinstance(content, source.Text):
        frame, plan = frames.of_text(content, mapping, ledger, detected)
    else:
        frame, plan = frames.of_table(content, mapping, ledger, detected)
    del content
    if len(frame.lines) * len(frame.columns) > limits.points or len(frame.columns) > MAX_SERIES:
        raise TooLarge(f"The file has {len(frame.lines)} rows of {len(frame.columns)} series; split it.")
    detected |= {"timestamp_columns": plan.stamps, "interval_label": mapping.interval_label}
    detected["layout"] = "long" if plan.key else "wide"
    keys, groups = _groups(frame)
    moments = when.read(frame.stamps, groups, frame.lines, mapping=mapping, ledger=ledger, detected=detected)
    known = moments.known & (groups >= 0)
    ledger.each(frame.lines[groups < 0], lambda _: f"no text in {plan.key}", refuse=mapping.invalid == "refuse")
    ledger.rows_refused += int(np.count_nonzero(~known))
    wanted = _wanted(mapping, keys, frame)
    specs = plans.specs(mapping, wanted, _stem(filename), long_column=plan.values[0] if plan.key else None)
    rows = Rows(frame, moments.utc, known, groups, keys)
    check_values(rows, specs, mapping, ledger)
    # What can't be read would only be reported once more as gaps.
    ledger.stop_if_refused()
    if not known.any():
        raise refuse_file("the file has no rows that can be read")
    blocks = rows.blocks({spec.column for spec in specs})
    series = outcome.series
    series += _regular(blocks, {spec.column: spec for spec in specs}, mapping, ledger, limits)
    ledger.stop_if_refused()
    detected["step_minutes"] = sorted({one.step_minutes for one in series})
    detected["series"] = [
        {"column": one.spec.column, "profile_type": one.spec.profile_type, "unit": one.spec.given_unit}
        for one in series
    ]


def _stem(filename: str) -> str:
    name = filename.replace("\\", "/").rsplit("/", 1)[-1].strip()
    for ending in (".gz", ".csv", ".txt", ".tsv", ".parquet"):
        name = name[: -len(ending)] if name.lower().endswith(ending) else name
    return printable(name)


def _groups(frame: Frame) -> tuple[list[str], NDArray[np.int64]]:
    """Texts of the series of a long file and each row's series as a number, −1 without one; all 0 in a wide file."""
    if frame.keys is None:
        return [], np.zeros(len(frame.lines), np.int64)
    coded = frame.keys.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return [str(text) for text in coded.dictionary.to_pylist()], codes


def _wanted(mapping: Mapping, keys: list[str], frame: Frame) -> list[str]:
    if frame.keys is None:
        return frame.columns
    if len(keys) > MAX_SERIES:
        raise TooLarge(f"The file has {len(keys)} series; {MAX_SERIES} at the most.")
    if isinstance(mapping.series, str):
        return keys
    missing = [item.column for item in mapping.series if item.column not in set(keys)]
    if missing:
        raise refuse_file(f"the file has no series {', '.join(missing[:20])}", "mapping.series")
    return [item.column for item in mapping.series]


def _regular(
    blocks: Iterable[Block], specs: dict[str, Spec], mapping: Mapping, ledger: Ledger, limits: source.Limits
) -> list[Ready]:
    series: list[Ready] = []
    room = limits.points
    for whole in blocks:
        block = _without_empty(whole, mapping, ledger)
        if not block.names:
            continue
        step = step_of(block, mapping)
        problem = step_problem(step) if step is not None else "one stamp alone has no step; say mapping.step_minutes"
        if step is None or problem:
            name = block.names[0] if len(block.names) == 1 else None
            ledger.refuse(str(problem), int(block.lines[0]), name)
            continue
        for grid in regularise(block, step, mapping, ledger, room):
            room -= len(grid.values)
            ready = _ready(grid, step, specs[grid.name], ledger)
            if ready is not None:
                series.append(ready)
    if not series and not ledger.errors:
        raise refuse_file("the file has no values")
    return series


def _without_empty(block: Block, mapping: Mapping, ledger: Ledger) -> Block:
    """Columns without any value are left out, or refused when the mapping names them."""
    empty = np.asarray(np.isnan(block.values).all(axis=0))
    if not empty.any():
        return block
    gone = [name for name, is_empty in zip(block.names, empty.tolist(), strict=True) if is_empty]
    for name in gone:
        if isinstance(mapping.series, str):
            ledger.note("left out: it has no values", column=name)
        else:
            ledger.refuse("has no values", column=name)
    names = [name for name in block.names if name not in set(gone)]
    return replace(block, names=names, values=block.values[:, ~empty])


def _ready(grid: Grid, step: int, spec: Spec, ledger: Ledger) -> Ready | None:
    """The grid in the stored unit. `step` (s) is the file's, by which energy per step becomes mean power."""
    values = spec.rule.stored(grid.values, step // 60)
    if np.isinf(values).any():
        if not ledger.errors:
            ledger.refuse(f"values are too large in {spec.given_unit}", column=spec.column)
        return None
    if grid.start_minute < 0:
        ledger.refuse("starts before 1970", column=spec.column)
        return None
    if spec.profile_type is ProfileType.PRICE and abs(float(np.nanmean(values))) > DEAR:
        ledger.note(
            f"the mean is {np.nanmean(values):.1f} {spec.rule.unit}; is the unit {spec.given_unit} right?",
            column=spec.column,
        )
    return Ready(spec, EPOCH + timedelta(minutes=grid.start_minute), grid.step_minutes, values, grid.missing)
