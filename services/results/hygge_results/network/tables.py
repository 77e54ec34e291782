"""Results of a run's network check."""

from peewee import BigIntegerField, CompositeKey, FloatField, IntegerField, TextField
from playhouse.postgres_ext import DateTimeTZField

from hygge_results.base import Table


class NetworkCheck(Table):
    """A run's check: the voltage band it was judged by, in per unit, and the losses of the whole network."""

    run_id = BigIntegerField(primary_key=True)
    low_pu = FloatField()
    high_pu = FloatField()
    losses_kwh = FloatField()
    content_hash = TextField()

    class Meta:  # noqa: D106
        table_name = "network_checks"


class NetworkHouse(Table):
    """Voltages at a house's connection; `position` counts houses first, then lines."""

    run_id = BigIntegerField()
    node_id = BigIntegerField()
    position = IntegerField()
    min_voltage_pu = FloatField()
    max_voltage_pu = FloatField()
    hours_below = FloatField()
    hours_above = FloatField()
    min_at = DateTimeTZField(null=True)
    max_at = DateTimeTZField(null=True)

    class Meta:  # noqa: D106
        table_name = "network_houses"
        primary_key = CompositeKey("run_id", "node_id")


class NetworkLine(Table):
    """Loading of a line or a transformer of the network; `position` goes on after the houses."""

    run_id = BigIntegerField()
    name = TextField()
    position = IntegerField()
    kind = TextField()
    max_loading_percent = FloatField()
    max_at = DateTimeTZField(null=True)
    hours_above_100_percent = FloatField()
    energy_loss_kwh = FloatField()

    class Meta:  # noqa: D106
        table_name = "network_lines"
        primary_key = CompositeKey("run_id", "kind", "name")
