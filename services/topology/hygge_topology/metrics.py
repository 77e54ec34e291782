"""What the topology service counts beside its requests."""

from prometheus_client import Counter

SNAPSHOTS = Counter("hygge_topology_snapshots_stored_total", "Versions of communities kept as snapshots")
HOUSES = Counter("hygge_topology_houses_written_total", "Houses written with whole documents (import, replace)")
