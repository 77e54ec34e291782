"""Table of devices."""

from peewee import BareField, BigIntegerField, TextField

from hygge_topology.parts.tables import Part


class Device(Part):
    """Child of a house; goes with it. `parameters` is a JSON object of what its kind has."""

    house_id = BigIntegerField()
    kind = TextField()
    name = TextField(null=True)
    parameters = BareField()
