"""Routes of runs."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import AfterValidator

from hygge_core.auth import Caller, Editor, Principal
from hygge_core.idempotency import Answer, IdempotencyKey
from hygge_core.paging import MAX_ID, Page, Paging
from hygge_core.routes import Route
from hygge_engine.runs.repository import Filters
from hygge_engine.runs.schemas import FINAL, Estimate, RunBody, RunRequest, RunWithSnapshot, Status, storable
from hygge_engine.runs.service import RunService
from hygge_engine.settings import Settings

router = APIRouter(prefix="/runs", tags=["runs"], route_class=Route)


async def _service(request: Request) -> RunService:
    service: RunService = request.app.state.runs
    return service


async def _authorization(request: Request) -> str:
    """The caller's own header, passed on to the services that check access to the community."""
    return request.headers["authorization"]


ESTIMATED: dict[str, Any] = {"model": Estimate, "description": "The estimate of a dry run"}
Runs = Annotated[RunService, Depends(_service)]
Authorization = Annotated[str, Depends(_authorization)]


def _sent(answer: Answer) -> Response:
    content = orjson.dumps(answer.body)
    return Response(content, status_code=answer.status, headers=answer.headers, media_type="application/json")


DryRun = Annotated[bool, Query(description="Only say what the run would take: nothing is stored")]


@router.post(
    "", status_code=202, response_model=RunBody, summary="Start a run, or estimate it", responses={200: ESTIMATED}
)
def create(
    *,
    body: RunRequest,
    principal: Editor,
    authorization: Authorization,
    runs: Runs,
    dry_run: DryRun = False,
    key: IdempotencyKey = None,
) -> Response:
    """Queues a simulation of a community; watch it at `Location` or by its events. 422 names all findings at once.

    With `dry_run` the answer is an estimate of time, storage and memory, and no run.
    """
    if dry_run:
        found = runs.estimate(principal, authorization, body)
        return Response(found.model_dump_json(), media_type="application/json")
    return _sent(runs.create(principal, authorization, body, key))


@router.get("", summary="Runs, newest first")
def listed(
    *,
    principal: Caller,
    runs: Runs,
    paging: Paging,
    status: Annotated[Status | None, Query()] = None,
    grid_id: Annotated[int | None, Query()] = None,
    tag: Annotated[str | None, Query(), AfterValidator(storable)] = None,
    sweep_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Page[RunBody]:
    """Those the caller may see, optionally of one state, grid, tag or sweep."""
    return runs.listed(principal, Filters(status, grid_id, tag, sweep_id), paging)


@router.get("/{run_id}", summary="One run")
def get(
    run_id: int,
    principal: Caller,
    runs: Runs,
    include: Annotated[
        Literal["snapshot", "none"] | None, Query(description="none: without the snapshot, for those who ask often")
    ] = None,
) -> RunWithSnapshot | RunBody:
    """State, parameters, hashes of inputs, digest of results, and the community as it was (not for households)."""
    return runs.get(principal, run_id, include=include)


@router.post("/{run_id}/cancel", status_code=202, summary="Cancel a queued or running run")
def cancel(run_id: int, principal: Editor, runs: Runs) -> RunBody:
    """Windows that are written already stay until the run is deleted. 409 when the run has ended."""
    return runs.cancel(principal, run_id)


@router.post("/{run_id}/rerun", status_code=202, response_model=RunBody, summary="Run again with the same parameters")
def rerun(
    *,
    run_id: int,
    principal: Editor,
    authorization: Authorization,
    runs: Runs,
    snapshot: Annotated[
        Literal["current", "pinned"],
        Query(description="The community as it is now, or as it was. Profiles are always read as they are now"),
    ] = "current",
    key: IdempotencyKey = None,
) -> Response:
    """A new run; `rerun_of` names the old one."""
    return _sent(runs.rerun(principal, authorization, run_id, pinned=snapshot == "pinned", key=key))


@router.delete("/{run_id}", status_code=204, summary="Delete a finished run and its results")
def delete(run_id: int, principal: Editor, runs: Runs) -> None:
    """409 while the run is queued or running: cancel it first."""
    runs.delete(principal, run_id)


@router.get(
    "/{run_id}/events",
    summary="Progress as server-sent events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
)
async def events(
    run_id: int,
    principal: Caller,
    runs: Runs,
    request: Request,
    last_event_id: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
) -> StreamingResponse:
    """One `run` event for each change (id, status, progress, phase, error); the stream ends with the run."""
    await asyncio.to_thread(runs.state, principal, run_id)  # 404 before the stream begins
    seen = int(last_event_id) if last_event_id and last_event_id.isdecimal() else 0
    stream = _events(runs, principal, run_id, seen, request.app.state.settings)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _events(
    runs: RunService, principal: Principal, run_id: int, seen: int, settings: Settings
) -> AsyncIterator[str]:
    """The row is asked at an interval: what a client sees is what is stored. The event's id is the row's revision."""
    last_sent = time.monotonic()
    while True:
        revision, state = await asyncio.to_thread(runs.state, principal, run_id)
        final = state.status in FINAL
        if revision > seen or final:
            seen = revision
            yield f"id: {revision}\nevent: run\ndata: {state.model_dump_json()}\n\n"
            last_sent = time.monotonic()
        if final:
            return
        if time.monotonic() - last_sent >= settings.events_heartbeat_seconds:
            yield ": still here\n\n"
            last_sent = time.monotonic()
        await asyncio.sleep(settings.events_poll_seconds)
