"""SQL of devices. A record has the parameters of its kind beside its other fields."""

from hygge_topology.devices.schemas import KINDS
from hygge_topology.devices.tables import Device
from hygge_topology.parts.repository import PartRepository, Record

COMMON = ("id", "grid_id", "house_id", "kind", "name")
# What a kind gained since a device was stored has its default.
DEFAULTS = {
    kind: {
        name: field.default for name, field in model.model_fields.items() if not (field.is_required() or name in COMMON)
    }
    for kind, model in KINDS.items()
}


class DeviceRepository(PartRepository):
    """Devices of all kinds in one table."""

    def to_record(self, row: Record) -> Record:
        return {**{name: row[name] for name in COMMON}, **DEFAULTS[row["kind"]], **row["parameters"]}

    def to_row(self, record: Record) -> Record:
        parameters = {name: value for name, value in record.items() if name not in COMMON}
        return {name: record[name] for name in COMMON} | {"parameters": parameters}


repository = DeviceRepository(Device, parent="house_id")
