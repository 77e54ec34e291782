"""The columns that every part of a grid has."""

from peewee import BigAutoField, BigIntegerField

from hygge_topology.base import Table


class Part(Table):
    """A row that belongs to a grid; its id comes from the sequence that all nodes share."""

    id = BigAutoField()
    grid_id = BigIntegerField()
