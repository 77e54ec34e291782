"""The table of profiles (without their values)."""

from peewee import BigIntegerField, DoubleField, IntegerField, TextField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from hygge_profiles.base import Table


class Profile(Table):
    id = BigIntegerField(primary_key=True)
    name = TextField()
    profile_type = TextField()
    source_type = TextField()
    unit = TextField()
    starts_at = DateTimeTZField()
    ends_at = DateTimeTZField()
    step_minutes = IntegerField()
    config_details = BinaryJSONField(index=False)
    created_by = BigIntegerField()
    created_at = DateTimeTZField()
    content_hash = TextField()
    value_mean = DoubleField()
    value_max = DoubleField()
    value_min = DoubleField()
    value_sum = DoubleField()

    class Meta:  # noqa: D106
        table_name = "profiles"
