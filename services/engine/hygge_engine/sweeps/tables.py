"""The table of sweeps; their runs name them (`engine.run.sweep_id`)."""

from peewee import BigAutoField, BigIntegerField, TextField
from playhouse.postgres_ext import DateTimeTZField, JSONField

from hygge_engine.base import Table


class Sweep(Table):
    """`base`: the request that all runs share, as it was sent; `vary`: values by the place in the request."""

    id = BigAutoField()
    grid_id = BigIntegerField()
    grid_created_by = BigIntegerField()
    created_by = BigIntegerField()
    name = TextField(null=True)
    base = JSONField()
    vary = JSONField()
    mode = TextField()
    created_at = DateTimeTZField()
