"""Memory that is used again, because asking the system for fresh pages costs as much as a fifth of the computation."""

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


class Memory:
    """Arrays by name. Taking a name again gives the same memory, in whatever shape is asked for, with old contents."""

    def __init__(self) -> None:
        self._buffers: dict[str, NDArray[np.generic]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: type[Scalar]) -> NDArray[Scalar]:
        """An array of that shape, C-contiguous and not initialised."""
        size = math.prod(shape)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < size or buffer.dtype != dtype:
            buffer = np.empty(size, dtype)
            self._buffers[name] = buffer
        return buffer[:size].reshape(shape).view(dtype)
