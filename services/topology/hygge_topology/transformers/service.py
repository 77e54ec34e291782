"""Rules of transformers."""

from hygge_topology.parts.service import GridAsParent, PartService
from hygge_topology.priority_lists.repository import forget_missing_houses
from hygge_topology.transformers.repository import repository
from hygge_topology.transformers.schemas import Transformer, TransformerFields


class TransformerService(PartService[TransformerFields, Transformer]):
    """Its houses go with it, and out of the priority lists."""

    fields = TransformerFields
    shown = Transformer

    def removed(self, grid_id: int) -> None:
        forget_missing_houses(grid_id)


service = TransformerService(repository, GridAsParent())
