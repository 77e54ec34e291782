"""The second read of a run: every distinct profile once, as one Arrow stream."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray

from hygge_core.errors import HyggeError
from hygge_core.timeaxis import utc_text


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """Which series of a grid, over which time, in which step. `profile_ids` come beside the assigned ones."""

    grid_id: int
    start: datetime
    end: datetime
    step_minutes: int
    profile_ids: tuple[int, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "grid_id": self.grid_id, "start": utc_text(self.start), "end": utc_text(self.end),
            "step_minutes": self.step_minutes, "profile_ids": list(self.profile_ids),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assignment:
    """House `house_id` has profile `row` of the bundle times `scale`."""

    house_id: int
    row: int
    scale: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """Distinct profiles: ids, types, and values (kW, or the type's own unit) in blocks of float32[profiles, steps]."""

    profile_ids: NDArray[np.int64]
    profile_types: tuple[str, ...]
    blocks: tuple[NDArray[np.float32], ...]
    assignments: tuple[Assignment, ...]
    hash: str
    steps: int

    def window(self, first: int, last: int) -> NDArray[np.float32]:
        """Steps first … last − 1 of all profiles, float32[profiles, last − first]."""
        values = np.empty((len(self.profile_ids), last - first), np.float32)
        row = 0
        for block in self.blocks:
            values[row : row + len(block)] = block[:, first:last]
            row += len(block)
        return values

    def row_of(self, profile_id: int) -> int | None:
        found = np.flatnonzero(self.profile_ids == profile_id)
        return int(found[0]) if len(found) else None


def read_bundle(data: bytes) -> Bundle:
    """The bundle in an Arrow IPC stream; its values stay where they are (no copy). HyggeError if it can't be read."""
    try:
        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            metadata = {key.decode(): value.decode() for key, value in (reader.schema.metadata or {}).items()}
            steps = reader.schema.field("values").type.list_size
            batches = [batch for batch in reader if batch.num_rows]
        ids = np.concatenate([b.column("profile_id").to_numpy() for b in batches] or [np.zeros(0)]).astype(np.int64)
        types = tuple(str(text) for b in batches for text in b.column("profile_type").to_pylist())
        row_of = {int(profile_id): row for row, profile_id in enumerate(ids)}
        assigned = orjson.loads(metadata["assignments"])
        return Bundle(
            profile_ids=ids,
            profile_types=types,
            blocks=tuple(_values(batch, steps) for batch in batches),
            assignments=tuple(Assignment(int(house), row_of[int(p)], float(scale)) for house, p, scale in assigned),
            hash=metadata["hash"],
            steps=steps,
        )
    except (pa.ArrowException, KeyError, ValueError, AttributeError) as error:
        raise HyggeError(f"The bundle of profiles can't be read: {error!r}") from error


def _values(batch: Any, steps: int) -> NDArray[np.float32]:
    values: NDArray[np.float32] = batch.column("values").flatten().to_numpy(zero_copy_only=False)
    return values.reshape(batch.num_rows, steps)
