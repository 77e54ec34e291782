"""Runs and their nodes as registered by the engine."""

from peewee import BigIntegerField, CompositeKey, FloatField, IntegerField, SmallIntegerField, TextField
from playhouse.postgres_ext import ArrayField, BinaryJSONField, DateTimeTZField

from hygge_core.timeaxis import TimeAxis
from hygge_results.base import Table


class Run(Table):
    """A registered run. `stored_step_minutes` is the step of its vectors (1440: only day sums are stored)."""

    run_id = BigIntegerField(primary_key=True)
    grid_id = BigIntegerField()
    grid_created_by = BigIntegerField()
    created_by = BigIntegerField()
    name = TextField(null=True)
    timezone = TextField()
    currency = TextField()
    starts_at = DateTimeTZField()
    ends_at = DateTimeTZField()
    step_minutes = SmallIntegerField()
    stored_step_minutes = SmallIntegerField()
    parameters = BinaryJSONField()
    registration_hash = TextField()
    registered_at = DateTimeTZField()
    closed_at = DateTimeTZField(null=True)
    digest = TextField(null=True)
    proof = BinaryJSONField(null=True)

    class Meta:  # noqa: D106
        table_name = "runs"

    @property
    def axis(self) -> TimeAxis:
        """The simulated steps."""
        return TimeAxis(self.starts_at, self.ends_at, self.step_minutes, self.timezone)

    @property
    def has_vectors(self) -> bool:
        """False when only day sums were stored (`detail: day`)."""
        return bool(self.stored_step_minutes < 1440)


class Node(Table):
    """The grid, a transformer or a house of a run; `position` keeps the order of the registration."""

    run_id = BigIntegerField()
    node_id = BigIntegerField()
    position = IntegerField()
    parent_id = BigIntegerField(null=True)
    kind = TextField()
    name = TextField()
    owner = TextField(null=True)
    capacity_kw = FloatField(null=True)
    storage_capacity_kwh = FloatField(null=True)
    flags = ArrayField(TextField)
    house_type = TextField(null=True)

    class Meta:  # noqa: D106
        table_name = "nodes"
        primary_key = CompositeKey("run_id", "node_id")
