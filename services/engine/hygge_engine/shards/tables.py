"""The tables of shards; they are gone when the run has ended.

`Passage`: one row per run in shards. `first_done`, `second_done`: shards through each pass; pass 2 begins when
`first_done` = `shards`. `windows_done`: of both passes over all shards, for the progress.
"""

from peewee import BigIntegerField, BlobField, CompositeKey, IntegerField, TextField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from hygge_engine.base import Table


class Passage(Table):
    run_id = BigIntegerField(primary_key=True)
    engine_version = TextField()
    shards = IntegerField()
    windows = IntegerField()
    windows_done = IntegerField(default=0)
    first_done = IntegerField(default=0)
    second_done = IntegerField(default=0)


class StoredShard(Table):
    """Transformers [first, last) of a run, its checkpoint in the current pass, and who works on it (as of runs).

    `base`: the windows that state, digests, totals and proof are of, see `StoredCheckpoint`.
    """

    run_id = BigIntegerField()
    shard = IntegerField()
    first_transformer = IntegerField()
    last_transformer = IntegerField()
    pass_ = IntegerField(column_name="pass", default=1)
    windows_done = IntegerField(default=0)
    base = IntegerField(default=0)
    state = BlobField(null=True)
    digests = BlobField(default=b"")
    totals = BlobField(null=True)
    proof = BinaryJSONField(default=dict)
    worker = TextField(null=True)
    lease_until = DateTimeTZField(null=True)
    epoch = IntegerField(default=0)
    attempts = IntegerField(default=0)

    class Meta:  # noqa: D106
        table_name = "shard"
        primary_key = CompositeKey("run_id", "shard")


class Handover(Table):
    """What a shard's transformers have left in a window after pass 1: `Left.to_bytes()`."""

    run_id = BigIntegerField()
    window_index = IntegerField()
    shard = IntegerField()
    remainder = BlobField()

    class Meta:  # noqa: D106
        primary_key = CompositeKey("run_id", "window_index", "shard")


class GridPart(Table):
    """A shard's part of the grid in a window: `units` int64[9, T], `sums` of its transformers float64[K, D, sums]."""

    run_id = BigIntegerField()
    window_index = IntegerField()
    shard = IntegerField()
    units = BlobField()
    sums = BlobField()

    class Meta:  # noqa: D106
        table_name = "grid_part"
        primary_key = CompositeKey("run_id", "window_index", "shard")
