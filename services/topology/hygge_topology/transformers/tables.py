"""Table of transformers."""

from peewee import DoubleField, TextField

from hygge_topology.parts.tables import Part


class Transformer(Part):
    """Child of a grid; goes with it."""

    name = TextField()
    capacity_kw = DoubleField(null=True)
