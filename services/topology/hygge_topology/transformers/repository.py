"""SQL of transformers."""

from hygge_topology.parts.repository import PartRepository
from hygge_topology.transformers.tables import Transformer

repository = PartRepository(Transformer, parent="grid_id")
