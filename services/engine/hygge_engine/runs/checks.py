"""Choices of a run's request that exclude each other."""

from collections.abc import Iterator

from hygge_core.errors import Finding
from hygge_engine.kernel import AUCTIONS
from hygge_engine.markets import PRICELESS
from hygge_engine.presets.service import contradictions
from hygge_engine.runs.schemas import RunRequest


def choice_findings(request: RunRequest) -> Iterator[Finding]:
    """What does not go together: pricings without prices and auctions, a network check and shards, a preset's law."""
    if request.pricing in PRICELESS and request.allocation in AUCTIONS:
        yield Finding(
            "pricing", f"'{request.pricing}' knows no price of a trade, but allocation '{request.allocation}' makes one"
        )
    if request.network_check and (request.shards or 1) > 1:
        yield Finding("shards", "a network check needs all houses together; leave shards out or ask for one")
    yield from contradictions(request)
