"""How the core's functions are compiled: strictly IEEE (no fast-math), so the same input gives the same bits
everywhere.

Helpers are compiled into the few *entry points* that Python calls; only those are cached on disk. numba looks at the
entry point's own file to see whether its cache is still good and would miss a change in a helper of another file, so
the byte code of all helpers, with the constants they use, is part of the key here.

In compiled code `float(x)` leaves a float32 a float32; sums and differences of measures say `np.float64(x)`.
"""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable[..., Any])

_code = hashlib.sha256()


class _Cache(FunctionCache):  # type: ignore[misc]
    """numba's cache on disk, with the helpers' code in its key."""

    def __init__(self, function: Callable[..., Any], version: str) -> None:
        super().__init__(function)
        self._version = version

    def _index_key(self, sig: object, codegen: object) -> tuple[object, ...]:
        return (*super()._index_key(sig, codegen), self._version)


def _meaning(function: Callable[..., Any]) -> bytes:
    """All that a helper's machine code depends on: its byte code, names and constants, also those of its module."""
    code = function.__code__
    constants = {name: function.__globals__.get(name) for name in code.co_names}
    plain = {name: value for name, value in constants.items() if isinstance(value, int | float | str | tuple)}
    return code.co_code + repr((code.co_consts, code.co_names, code.co_varnames, plain)).encode()


def compiled(function: Function) -> Function:
    """Compile a helper that other compiled functions call; division by zero gives inf or nan instead of raising."""
    _code.update(_meaning(function))
    return cast(Function, numba.njit(error_model="numpy")(function))


def entry_point(function: Function) -> Function:
    """Compile a function that Python calls, cached on disk for a warm start; its helpers must be compiled before it."""
    dispatcher = numba.njit(error_model="numpy", nogil=True)(function)
    dispatcher._cache = _Cache(function, _code.hexdigest())
    return cast(Function, dispatcher)
