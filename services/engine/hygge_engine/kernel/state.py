"""All that one window hands to the next."""

import struct
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hygge_engine.kernel.types import Community

Float64 = NDArray[np.float64]

_MAGIC = b"HYG2"
_HEADER = struct.Struct("<4s4I")


@dataclass(frozen=True, slots=True)
class State:
    """Energies in kWh: of batteries float64[B], of cars float64[E], of thermal stores float64[X].

    `reference_kwh` float64[B] are the same batteries in the houses' reference without a community; it differs from
    `battery_kwh` only under the strategy `community`.
    """

    battery_kwh: Float64
    reference_kwh: Float64
    car_kwh: Float64
    heat_kwh: Float64

    @classmethod
    def initial(cls, community: Community) -> Self:
        """Everything at its initial content."""
        batteries, cars, thermals = community.batteries, community.devices.cars, community.devices.thermals
        energy = batteries.initial_soc * batteries.capacity_kwh
        heat = thermals.initial_store * thermals.store_kwh
        return cls(energy, energy.copy(), cars.initial_soc * cars.capacity_kwh, heat)

    def to_bytes(self) -> bytes:
        """The checkpoint: magic, the arrays' lengths, the arrays; little-endian."""
        arrays = [getattr(self, field.name).astype("<f8") for field in fields(self)]
        header = _HEADER.pack(_MAGIC, *(array.size for array in arrays))
        return header + b"".join(array.tobytes() for array in arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read a checkpoint; ValueError where it is not one."""
        if len(data) < _HEADER.size:
            raise ValueError("the checkpoint is too short")
        magic, *sizes = _HEADER.unpack_from(data)
        if magic != _MAGIC:
            raise ValueError("this is not a checkpoint of this version")
        if len(data) != _HEADER.size + 8 * sum(sizes):
            raise ValueError(f"the checkpoint does not hold {sum(sizes)} numbers")
        values = np.frombuffer(data, "<f8", offset=_HEADER.size).astype(np.float64)
        return cls(*(part.copy() for part in np.split(values, np.cumsum(sizes)[:-1])))
