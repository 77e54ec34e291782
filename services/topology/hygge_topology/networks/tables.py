"""Tables of networks. What other rows delete (houses, transformers) stands in rows that go with them."""

from peewee import BareField, BigIntegerField, CompositeKey, TextField

from hygge_topology.base import Table


class Network(Table):
    """A grid's network; `content` is its JSON without connections and without links to transformers."""

    grid_id = BigIntegerField(primary_key=True)
    content = BareField()


class NetworkConnection(Table):
    """The bus of a house; goes with the network and with the house."""

    grid_id = BigIntegerField()
    house_id = BigIntegerField(primary_key=True)
    bus = TextField()


class NetworkTransformer(Table):
    """Which transformer of the community one of the network (by its name) is; goes with either."""

    grid_id = BigIntegerField()
    name = TextField()
    transformer_id = BigIntegerField()

    class Meta:  # noqa: D106
        primary_key = CompositeKey("grid_id", "name")
