"""The second read of a run: every distinct profile once, as one Arrow stream."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """Distinct profiles: ids, types, and values (kW, or the type's own unit) in blocks of float32[profiles, steps].

    units: by profile id, as far as they are known.
    """

    profile_ids: NDArray[np.int64]
    profile_types: tuple[str, ...]
    blocks: tuple[NDArray[np.float32], ...]
    assignments: tuple[Assignment, ...]
    hash: str
    steps: int
    units: Mapping[int, str] = field(default_factory=dict)

    def window(self, first: int, last: int, rows: NDArray[np.int64] | None = None) -> NDArray[np.float32]:
        """Steps first … last − 1 of some profiles, float32[rows, last − first]; rows: rising, None: all."""
        wanted = np.arange(len(self.profile_ids)) if rows is None else rows
        values = np.empty((len(wanted), last - first), np.float32)
        start = 0
        for block in self.blocks:
            own = slice(*np.searchsorted(wanted, [start, start + len(block)]).tolist())
            values[own] = block[wanted[own] - start, first:last]
            start += len(block)
        return values

    def series(self, profile_id: int) -> NDArray[np.float32]:
        """One profile over the whole run, float32[steps]; KeyError where it is not in the bundle."""
        row = self.row_of(profile_id)
        if row is None:
            raise KeyError(profile_id)
        return np.ascontiguousarray(self.window(0, self.steps, np.asarray([row]))[0])

    def row_of(self, profile_id: int) -> int | None:
        found = np.flatnonzero(self.profile_ids == profile_id)
        return int(found[0]) if len(found) else None


def read_bundle(data: bytes) -> Bundle:
    """The bundle in an Arrow IPC stream; its values stay where they are (no copy). HyggeError if it can't be read."""
    try:
        with pa.ipc.open_stream(pa.py_buffer(data)) as reader:
            metadata = {key.decode(): value.decode() for key, value in (reader.schema.metadata or {}).items()}
            steps = reader.schema.field("values").type.list_size
            batches = [_checked(batch) for batch in reader if batch.num_rows]
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
            units={int(key): str(unit) for key, unit in orjson.loads(metadata.get("units", "{}")).items()},
        )
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise HyggeError(f"The bundle of profiles can't be read: {error!r}") from error


def _checked(batch: Any) -> Any:
    """The batch; ArrowInvalid if its buffers are not what it says: Arrow ends the process that computes with such."""
    batch.validate(full=True)
    return batch


def _values(batch: Any, steps: int) -> NDArray[np.float32]:
    values: NDArray[np.float32] = batch.column("values").flatten().to_numpy(zero_copy_only=False)
    return values.reshape(batch.num_rows, steps)
