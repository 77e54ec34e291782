"""What would happen: runs and the numeric core of Hygge.

`from hygge_engine import simulate` computes a run in this process, without any service; see docs/library.md.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hygge_engine.library import InputError, Result, simulate

__all__ = ["InputError", "Result", "simulate"]


def __getattr__(name: str) -> Any:
    """The library is read when it is asked for: its compiled core would slow every other import down."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from hygge_engine import library

    return getattr(library, name)
