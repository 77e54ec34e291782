"""Which house follows which profile."""

from peewee import BigIntegerField, DoubleField

from hygge_profiles.base import Table


class Assignment(Table):
    """`grid_created_by` is the creator of the grid, which never changes: it lets SQL decide who sees a profile."""

    id = BigIntegerField(primary_key=True)
    grid_id = BigIntegerField()
    grid_created_by = BigIntegerField()
    house_id = BigIntegerField()
    profile_id = BigIntegerField()
    scale = DoubleField()

    class Meta:  # noqa: D106
        table_name = "assignments"
