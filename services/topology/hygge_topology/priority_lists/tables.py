"""Table of priority lists."""

from peewee import BareField, BigIntegerField, TextField

from hygge_topology.parts.tables import Part


class PriorityList(Part):
    """Belongs to a grid, or to its creator alone. `configuration`: a JSON array of {flags, houses}."""

    grid_id = BigIntegerField(null=True)  # type: ignore[assignment]  # the only part that may stand alone
    name = TextField()
    configuration = BareField()
    created_by = BigIntegerField()
