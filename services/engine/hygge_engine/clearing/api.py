"""Routes of markets: clear one book."""

import orjson
from fastapi import APIRouter, Response

from hygge_core.auth import Caller
from hygge_core.routes import Route
from hygge_engine.clearing.schemas import ClearingBody, ClearingRequest
from hygge_engine.clearing.service import clear_book

router = APIRouter(prefix="/markets", tags=["markets"], route_class=Route)


@router.post("/clear", response_model=ClearingBody, summary="Clear one book of orders")
def clear(body: ClearingRequest, _principal: Caller) -> Response:
    """Orders in; trades, price, equilibrium interval, volume and welfare out. Nothing is stored. For everybody who is
    signed in. 422 names all findings at once."""
    return Response(orjson.dumps(clear_book(body)), media_type="application/json")
