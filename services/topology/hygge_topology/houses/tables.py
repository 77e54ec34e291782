"""Table of houses."""

from peewee import BareField, BigIntegerField, DoubleField, TextField

from hygge_topology.parts.tables import Part


class House(Part):
    """Child of a transformer; goes with it. `flags` is text[]."""

    transformer_id = BigIntegerField()
    name = TextField()
    house_type = TextField()
    flags = BareField()
    min_sell_price = DoubleField(null=True)
    max_buy_price = DoubleField(null=True)
    sharing_key = DoubleField(null=True)
    owner = TextField(null=True)
