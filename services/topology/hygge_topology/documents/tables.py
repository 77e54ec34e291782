"""Table of snapshots."""

from peewee import BareField, BigIntegerField, CompositeKey, DateTimeField, TextField

from hygge_topology.base import Table


class Snapshot(Table):
    """A grid's document as it was at one version; goes with the grid."""

    grid_id = BigIntegerField()
    version = BigIntegerField()
    hash = TextField()
    document = BareField()
    created_at = DateTimeField()

    class Meta:  # noqa: D106
        primary_key = CompositeKey("grid_id", "version")
