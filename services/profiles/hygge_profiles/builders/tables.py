"""Tables of the BDEW as `demandlib` (MIT licence) carries them, read once.

Only its data are used. Its classes know neither zones nor daylight saving, need whole years and change the process's
filter of warnings, so its `ElecSlp` fails under pandas 3.1; the look-ups are a few lines of NumPy here.
"""

import csv
from functools import lru_cache
from importlib.resources import files

Row = dict[str, str]


@lru_cache(maxsize=16)
def rows(name: str) -> tuple[Row, ...]:
    """The rows of a table by the names of its header."""
    return tuple(csv.DictReader(_lines(name)))


@lru_cache(maxsize=16)
def cells(name: str) -> tuple[tuple[str, ...], ...]:
    """All cells of a table, header and all."""
    return tuple(tuple(row) for row in csv.reader(_lines(name)))


def _lines(name: str) -> list[str]:
    folder = files("demandlib") / "bdew" / "bdew_data"
    return (folder / name).read_text(encoding="utf-8").splitlines()
