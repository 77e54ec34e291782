"""Table of flags."""

from peewee import BigAutoField, BigIntegerField, TextField

from hygge_topology.base import Table


class Flag(Table):
    """A word of somebody's vocabulary; without a creator it is built in."""

    id = BigAutoField()
    name = TextField()
    description = TextField()
    created_by = BigIntegerField(null=True)
