"""Timestamps as text → wall-clock seconds, for whole columns: a format is a regular expression with named parts."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_profiles.arrow import Array, pa, pc

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_TIME = r"(?:[T ,]+(?P<H>\d{1,2})[:.](?P<M>\d{2})(?:[:.](?P<S>\d{2})(?:[.,]0+)?)?(?: ?(?P<p>[AaPp])\.?[Mm]\.?)?)?"
_ZONE = r" ?(?P<z>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
_YEAR = r"(?P<Y>\d{4}|\d{2})"
FORMATS = {
    "ISO 8601": r"(?P<Y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TIME + _ZONE,
    "day.month.year": r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\." + _YEAR + _TIME + _ZONE,
    "day/month/year": r"(?P<d>\d{1,2})[/-](?P<m>\d{1,2})[/-]" + _YEAR + _TIME + _ZONE,
    "month/day/year": r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-]" + _YEAR + _TIME + _ZONE,
    "month name first": r"(?P<b>\pL{3,9})\.? (?P<d>\d{1,2}),? (?P<Y>\d{4})" + _TIME + _ZONE,
    "day, month name": r"(?P<d>\d{1,2})\.?[ -](?P<b>\pL{3,9})\.?[ -]" + _YEAR + _TIME + _ZONE,
    "compact": r"(?P<Y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})[T ]?(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2}))?"
    + _ZONE,
}
AMBIGUOUS = ("day/month/year", "month/day/year")
UNIX = {"unix": 1, "unix_ms": 1000}
_CODES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<Y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<H>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": "0+",
    "p": r"(?P<p>[AaPp])\.?[Mm]\.?",
    "b": r"(?P<b>\pL{3,9})\.?",
    "B": r"(?P<b>\pL{3,9})\.?",
    "z": "(?P<z>Z|[+-]\\d{2}:?\\d{2})",
    "%": "%",
}
_MONTHS = [
    ("jan",), ("feb",), ("mar", "mär", "mrz"), ("apr",), ("may", "mai"), ("jun",), ("jul",), ("aug",), ("sep",),
    ("oct", "okt"), ("nov",), ("dec", "dez"),
]  # fmt: skip
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(frozen=True, slots=True)
class Parsed:
    """Wall-clock seconds since 1970 [n], the offset from UTC (s) where the text has one, and which are readable."""

    wall: Ints
    offset: Ints
    has_offset: Bools
    readable: Bools

    def take(self, codes: Ints) -> "Parsed":
        """The rows of a dictionary-coded column; code −1 (no text) is not readable."""
        found = codes >= 0
        safe = np.where(found, codes, 0)
        if not len(self.wall):
            nothing = np.zeros(len(codes), np.int64)
            return Parsed(nothing, nothing, found, np.zeros(len(codes), bool))
        return Parsed(self.wall[safe], self.offset[safe], self.has_offset[safe], self.readable[safe] & found)


def pattern(timestamp_format: str) -> str:
    """The expression of a named format or of strptime codes; ValueError for a code that is not known."""
    if timestamp_format in FORMATS:
        return FORMATS[timestamp_format]
    parts: list[str] = []
    for literal, code in re.findall(r"([^%]+)|%(.?)", timestamp_format):
        if not literal and code not in _CODES:
            raise ValueError(f"%{code} is not known; use %Y %y %m %d %H %I %M %S %f %p %b %B %z")
        parts.append(re.escape(literal).replace(r"\ ", " ") if literal else _CODES[code])
    names = re.findall(r"\?P<(\w)>", "".join(parts))
    if len(names) != len(set(names)) or not {"Y", "d"} <= set(names) or not {"m", "b"} & set(names):
        raise ValueError("a format needs year, month and day, each once")
    return "".join(parts)


def detect(texts: Array) -> str | None:
    """The format that reads most of the texts (at least half of them); None if none does.

    ValueError when day and month can't be told apart.
    """
    counts: dict[str, int] = {}
    for name, expression in FORMATS.items():
        counts[name] = int(np.count_nonzero(parse(texts, expression).readable))
        if counts[name] == len(texts) > 0 and name not in AMBIGUOUS:
            return name
    best = max(counts, key=lambda name: counts[name])
    if counts[best] == 0 or counts[best] * 2 < len(texts):
        return None
    if best in AMBIGUOUS and counts[AMBIGUOUS[0]] == counts[AMBIGUOUS[1]]:
        raise ValueError(
            f"{texts[0].as_py()!r} can be day or month first; say timestamp_format, for example '%d/%m/%Y %H:%M'"
        )
    return best


def parse(texts: Array, expression: str) -> Parsed:
    """Every text by one expression. An hour 24:00 is the next day's 0:00."""
    parts = pc.extract_regex(texts, f"^{expression}$")
    matched = parts.is_valid().to_numpy(zero_copy_only=False)
    names = [parts.type.field(index).name for index in range(parts.type.num_fields)]
    fields = {name: parts.field(index) for index, name in enumerate(names)}
    year, day = _number(fields["Y"]), _number(fields["d"])
    short = pc.utf8_length(fields["Y"]).fill_null(4).to_numpy(zero_copy_only=False) <= 2
    year = np.where(short, year + 2000, year)
    month = _month(fields["b"]) if "b" in fields else _number(fields["m"])
    hour, minute, second = (_number(fields[name]) if name in fields else np.zeros_like(year) for name in "HMS")
    readable = matched & (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month >= 1) & (month <= 12) & (day >= 1)
    if "p" in fields:
        hour, sane = _twelve_hours(hour, fields["p"])
        readable &= sane
    readable &= (minute < 60) & (second < 60) & ((hour < 24) | ((hour == 24) & (minute == 0) & (second == 0)))
    months = np.where(readable, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    date = months.astype("datetime64[D]") + np.where(readable, day - 1, 0)
    readable &= date.astype("datetime64[M]") == months
    wall = date.astype(np.int64) * 86_400 + hour * 3600 + minute * 60 + second
    offset, has_offset = _offsets(fields["z"]) if "z" in fields else (np.zeros_like(year), np.zeros_like(readable))
    return Parsed(np.where(readable, wall, 0), offset, has_offset & readable, readable)


def parse_as(texts: Array, timestamp_format: str) -> Parsed:
    """By a named format, `unix`, `unix_ms` or strptime codes; ValueError for a code that is not known."""
    if timestamp_format in UNIX:
        return parse_unix(texts, UNIX[timestamp_format])
    return parse(texts, pattern(timestamp_format))


def parse_unix(texts: Array, per_second: int) -> Parsed:
    """Whole seconds (or milliseconds) since 1970 UTC."""
    digits = pc.match_substring_regex(texts, r"^\d{1,14}$")
    number = pc.if_else(digits, texts, "0").cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    readable = digits.fill_null(False).to_numpy(zero_copy_only=False) & (number % per_second == 0)
    seconds = number // per_second
    readable &= seconds < (LAST_YEAR - 1970) * 365 * 86_400
    return Parsed(np.where(readable, seconds, 0), np.zeros_like(seconds), readable, readable)


def _number(texts: Array) -> Ints:
    filled = pc.if_else(pc.equal(texts, ""), "0", texts).fill_null("0")
    return np.asarray(filled.cast(pa.int64()).to_numpy(zero_copy_only=False), np.int64)


def _month(names: Array) -> Ints:
    """Number of a month's name (English or German, by its first three letters), 0 for no month."""
    start = pc.utf8_slice_codeunits(pc.utf8_lower(names), 0, 3)
    known = list(_MONTH_NUMBER)
    index = pc.index_in(start, pa.array(known)).fill_null(-1).to_numpy(zero_copy_only=False)
    number: Ints = np.asarray([*_MONTH_NUMBER.values(), 0], np.int64)[index]
    return number


def _twelve_hours(hour: Ints, half: Array) -> tuple[Ints, Bools]:
    letter = pc.utf8_lower(half).fill_null("")
    afternoon = pc.equal(letter, "p").to_numpy(zero_copy_only=False)
    given = pc.not_equal(letter, "").to_numpy(zero_copy_only=False)
    sane = ~given | ((hour >= 1) & (hour <= 12))
    return np.where(given, hour % 12 + 12 * afternoon, hour), sane


def _offsets(texts: Array) -> tuple[Ints, Bools]:
    """Seconds east of UTC and whether the text has an offset at all."""
    parts = pc.extract_regex(texts, r"^(?P<s>[+-])(?P<h>\d{2}):?(?P<m>\d{2})?$")
    seconds = _number(parts.field(1)) * 3600 + _number(parts.field(2)) * 60
    west = pc.equal(parts.field(0), "-").fill_null(False).to_numpy(zero_copy_only=False)
    given = pc.not_equal(texts, "").fill_null(False).to_numpy(zero_copy_only=False)
    return np.where(west, -seconds, seconds), given
