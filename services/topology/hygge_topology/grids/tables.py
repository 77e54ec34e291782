"""Table of grids."""

from peewee import BareField, BigAutoField, BigIntegerField, DateTimeField, DoubleField, TextField

from hygge_topology.base import Table


class Grid(Table):
    """One community. `flags` are those its document declares: [{name, description}]; `version` counts changes."""

    id = BigAutoField()
    name = TextField()
    timezone = TextField()
    currency = TextField()
    import_limit_kw = DoubleField(null=True)
    export_limit_kw = DoubleField(null=True)
    latitude = DoubleField(null=True)
    longitude = DoubleField(null=True)
    flags = BareField()
    version = BigIntegerField()
    created_by = BigIntegerField()
    created_at = DateTimeField()
    updated_at = DateTimeField()
