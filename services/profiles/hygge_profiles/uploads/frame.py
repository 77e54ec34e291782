"""Map: the wanted columns of either kind of file as one frame: stamps, keys, numbers and lines, all of one length."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_profiles.arrow import Array, ChunkedArray, DataType, Table, pa, pc
from hygge_profiles.uploads import dialect as dialects
from hygge_profiles.uploads import plan as plans
from hygge_profiles.uploads import table as tables
from hygge_profiles.uploads.ledger import Ledger, refuse_file
from hygge_profiles.uploads.plan import Look, Plan
from hygge_profiles.uploads.schemas import Mapping
from hygge_profiles.uploads.source import Text

SAMPLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Frame:
    """`stamps`: texts or timestamps [n]; `keys`: texts [n] (long file); `values`: float64 [n, columns] or NaN."""

    stamps: Array
    keys: Array | None
    columns: list[str]
    values: NDArray[np.float64]
    lines: NDArray[np.int64]


def of_text(text: Text, mapping: Mapping, ledger: Ledger, detected: dict[str, object]) -> tuple[Frame, Plan]:
    """A CSV by its detected dialect and the mapping."""
    dialect = dialects.detect(text, mapping)
    if not dialect.sample:
        raise refuse_file("the file has a header and no rows")
    detected |= {
        "format": "csv",
        "encoding": text.encoding,
        "delimiter": dialect.delimiter,
        "decimal": dialect.decimal,
        "header": dialect.has_header,
    }

    def cells(index: int) -> list[str]:
        found = (row[index] for row in dialect.sample if index < len(row))
        return [cell for cell in found if not dialects.is_missing(cell)]

    looks = plans.look_at(dialect.names, cells, lambda cell: dialects.is_number(cell, dialect.decimal))
    plan = plans.make(mapping, looks, ledger)
    texts = [*plan.stamps, *([plan.key] if plan.key else [])]
    columns = tables.columns(text, dialect, texts, plan.values, ledger, skip=mapping.invalid == "skip")
    for name in plan.values:
        _report_bad(columns.numbers[name], name, columns.lines, ledger, mapping)
    frame = Frame(
        _joined([columns.texts[name] for name in plan.stamps]),
        columns.texts[plan.key] if plan.key else None,
        plan.values,
        np.column_stack([columns.numbers[name].values for name in plan.values]),
        columns.lines,
    )
    return frame, plan


def _report_bad(numbers: tables.Numbers, name: str, lines: NDArray[np.int64], ledger: Ledger, mapping: Mapping) -> None:
    if len(numbers.bad):
        ledger.each(
            lines[numbers.bad],
            lambda i: f"{numbers.texts[i]!r} is not a number",
            refuse=mapping.invalid == "refuse",
            column=name,
        )


def _joined(parts: Sequence[Array]) -> Array:
    """Stamp columns as one: date and time joined by a space."""
    if len(parts) == 1:
        return pc.utf8_trim_whitespace(parts[0])
    return pc.binary_join_element_wise(*[pc.utf8_trim_whitespace(part) for part in parts], " ")


def of_table(table: Table, mapping: Mapping, ledger: Ledger, detected: dict[str, object]) -> tuple[Frame, Plan]:
    """A Parquet table: columns have types already, texts are read as in a CSV."""
    detected |= {"format": "parquet"}
    ledger.place = "row"
    ledger.rows_read += table.num_rows
    names = dialects.unique(table.column_names)
    looks = [_look(name, table[index], mapping.decimal or ".") for index, name in enumerate(names)]
    plan = plans.make(mapping, looks, ledger)
    lines = np.arange(1, table.num_rows + 1, dtype=np.int64)
    columns = {name: table[index].combine_chunks() for index, name in enumerate(names)}
    values = []
    for name in plan.values:
        numbers = _typed_numbers(columns[name], mapping.decimal or ".")
        _report_bad(numbers, name, lines, ledger, mapping)
        values.append(numbers.values)
    whens = [columns[name] for name in plan.stamps]
    typed = len(whens) == 1 and _is_time(whens[0].type)
    frame = Frame(
        whens[0] if typed else _joined([_as_text(when) for when in whens]),
        _as_text(columns[plan.key]) if plan.key else None,
        plan.values,
        np.column_stack(values),
        lines,
    )
    return frame, plan


def _look(name: str, column: ChunkedArray, decimal: str) -> Look:
    head = column.slice(0, SAMPLE_ROWS).combine_chunks()
    is_time = _is_time(column.type)
    if pa.types.is_boolean(column.type) or _is_number(column.type):
        return Look(name, 1.0, pa.array([], pa.string()), False)
    if is_time or not _is_text(column.type):
        return Look(name, 0.0, pa.array([], pa.string()), is_time)
    texts = _as_text(head).drop_null()
    numeric = [dialects.is_number(cell, decimal) for cell in texts.to_pylist()]
    return Look(name, float(np.mean(numeric)) if numeric else 0.0, texts)


def _is_number(kind: DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_time(kind: DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _is_text(kind: DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_text(kind.value_type)
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _as_text(column: Array) -> Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return column.cast(pa.string())


def _typed_numbers(column: Array, decimal: str) -> tables.Numbers:
    nothing = np.zeros(0, np.int64)
    if _is_number(column.type) or pa.types.is_boolean(column.type):
        values = column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
        return tables.Numbers(np.asarray(values, np.float64), nothing, [])
    if _is_text(column.type):
        return tables.to_numbers(_as_text(column), decimal)
    every = np.arange(len(column), dtype=np.int64)
    texts = [f"a value of type {column.type}"] * min(len(column), 200)
    return tables.Numbers(np.full(len(column), np.nan), every, texts)
