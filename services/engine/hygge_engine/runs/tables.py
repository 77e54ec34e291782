"""The tables of runs. What columns mean beyond their names:

`starts_at`, `ends_at`: the simulated time; `started_at`, `finished_at`: wall clock. `owners`: households with a house
in the run. `revision`: counts visible changes. `worker`, `lease_until`, `epoch`: who works on the run, until when
nobody else may, and how often it was claimed (a worker whose epoch is old has lost it). `attempts`: claims since the
last checkpoint. `progressed_at`: when it was last checkpointed, or taken out of the queue.

`stage`: what a worker does with it next. again: remove what an earlier try left, then as open; open: prepare it, and
simulate it if it has one shard; shared: its shards are worked on, the run itself is nobody's; closing: all shards are
through, the grid is missing; closed: only results must be told. `window_house_steps`: the largest window, fixed with
the run, because windows are part of the digest (null in runs older than this column). `sweep_id`, `sweep_place`,
`varied`: of which sweep, in what place, with which values. `indicators`: kept for a sweep's table.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    FloatField,
    ForeignKeyField,
    IntegerField,
    TextField,
)
from playhouse.postgres_ext import ArrayField, BinaryJSONField, DateTimeTZField, JSONField

from hygge_engine.base import Table


class Snapshot(Table):
    """A community as topology gave it; runs on the same version share it."""

    id = BigAutoField()
    grid_id = BigIntegerField()
    version = IntegerField()
    hash = TextField()
    document = JSONField()


class Run(Table):
    id = BigAutoField()
    grid_id = BigIntegerField()
    grid_created_by = BigIntegerField()
    snapshot = ForeignKeyField(Snapshot, lazy_load=False)
    created_by = BigIntegerField()
    rerun_of = BigIntegerField(null=True)
    name = TextField(null=True)
    tags = ArrayField(TextField, index=False)
    owners = ArrayField(TextField, index=False)
    status = TextField(default="queued")
    phase = TextField(null=True)
    progress = FloatField(default=0.0)
    error = BinaryJSONField(null=True)
    parameters = BinaryJSONField()
    starts_at = DateTimeTZField()
    ends_at = DateTimeTZField()
    step_minutes = IntegerField()
    houses = IntegerField()
    created_at = DateTimeTZField()
    started_at = DateTimeTZField(null=True)
    finished_at = DateTimeTZField(null=True)
    engine_version = TextField()
    profiles_hash = TextField(null=True)
    result_digest = TextField(null=True)
    timings = BinaryJSONField()
    proof = BinaryJSONField(null=True)
    revision = IntegerField(default=1)
    worker = TextField(null=True)
    lease_until = DateTimeTZField(null=True)
    epoch = IntegerField(default=0)
    attempts = IntegerField(default=0)
    progressed_at = DateTimeTZField(null=True)
    transformers = IntegerField(default=0)
    shards = IntegerField(default=1)
    stage = TextField(default="open")
    window_house_steps = BigIntegerField(null=True)
    indicators = BinaryJSONField(null=True)
    sweep_id = BigIntegerField(null=True)
    sweep_place = IntegerField(null=True)
    varied = JSONField(null=True)


class StoredCheckpoint(Table):
    """All that a worker needs to go on after the windows that are done; written in one transaction with their rows.

    `base`: the windows that state, digests, totals, proof and network (the network check so far) are of; they are large
    and come only every few windows. Windows from there to `windows_done` are computed again, not written again.
    """

    run_id = BigIntegerField(primary_key=True)
    engine_version = TextField()
    windows_done = IntegerField()
    base = IntegerField()
    state = BlobField()
    digests = BlobField()
    totals = BlobField()
    proof = BinaryJSONField()
    network = BlobField()

    class Meta:  # noqa: D106
        table_name = "checkpoint"


class LiveWorker(Table):
    """A worker's sign of life: how many processes it has and how much memory each of them may use."""

    name = TextField(primary_key=True)
    processes = IntegerField()
    memory_bytes = BigIntegerField()
    seen_at = DateTimeTZField()

    class Meta:  # noqa: D106
        table_name = "worker"
