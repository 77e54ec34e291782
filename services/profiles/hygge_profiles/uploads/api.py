"""Route of uploads. The body is parsed here, not by FastAPI, so that role and size are checked before it is read."""

from typing import Annotated, Any

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from hygge_core.errors import BadRequest, Finding, InvalidInput, UnsupportedMedia
from hygge_core.routes import Route
from hygge_profiles.access import Writer
from hygge_profiles.limits import MEGABYTE
from hygge_profiles.settings import Settings
from hygge_profiles.timezones import ZoneName
from hygge_profiles.uploads import inspection, service
from hygge_profiles.uploads.inspection_schemas import InspectionOut
from hygge_profiles.uploads.schemas import Mapping, RefusedOut, UploadOut
from hygge_profiles.uploads.service import Upload
from hygge_profiles.uploads.source import Limits

MAX_MAPPING_BYTES = MEGABYTE
TRUE = ("true", "1", "yes", "on")

router = APIRouter(tags=["uploads"], route_class=Route)

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV, CSV.gz or Parquet"},
                        "mapping": {
                            "type": "string",
                            "contentMediaType": "application/json",
                            "description": "How to read the file, as JSON; default {}",
                            "example": '{"timezone": "Europe/Berlin", "unit": "kWh", "gaps": "interpolate"}',
                        },
                    },
                }
            }
        },
    }
}

_INSPECTION_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary", "description": "Or its head"}},
                }
            }
        },
    }
}


@router.post(
    "/profiles/upload",
    status_code=201,
    summary="Create profiles from a CSV or Parquet file",
    openapi_extra=_BODY,
    response_model=UploadOut,
    responses={
        200: {"model": UploadOut, "description": "Dry run: what would be stored"},
        413: {"description": "The file is larger than the service takes"},
        # Replaced by the problem document in OpenAPI; named here so that the model is among its components.
        422: {"model": RefusedOut},
    },
)
async def upload_profiles(
    caller: Writer,
    request: Request,
    response: Response,
    dry_run: Annotated[bool, Query(description="Answer report and first values, store nothing")] = False,
) -> UploadOut:
    """One or many series, wide (a column each) or long (a row each). Every field of the mapping has a default.

    Mapping: `timestamp_column`, `timestamp_format`, `timezone` (of stamps without offset, default UTC),
    `interval_label` start|end, `step_minutes`, `delimiter`, `decimal`, `header`, `skip_lines`, `profile_type`, `unit`,
    `source_type`, `series` [{column, name, profile_type, unit}], `series_column` and `value_column` (long file),
    `gaps` refuse|zero|interpolate|previous, `max_gap_steps`, `edges` gap|trim, `duplicates` refuse|first|last|mean,
    `negative` allow|refuse|clip_to_zero, `invalid` refuse|skip, `dst` in_order|first|refuse.

    Stored are mean values per interval: energy per step (kWh) becomes kW, prices become per kWh.

    The problem document of a refused file (422) has the members of `RefusedOut` too: gaps, and figures of each series,
    as far as it was read.
    """
    form = await _form(request)
    try:
        given = await _upload(form)
        dry_run = dry_run or str(form.get("dry_run", "")).lower() in TRUE
        settings: Settings = request.app.state.settings
        limits = Limits(settings.max_unpacked_mb * MEGABYTE, settings.max_upload_points)
        answer = await anyio.to_thread.run_sync(
            lambda: service.upload(caller, given, limits, dry_run=dry_run), limiter=request.app.state.upload_slots
        )
    finally:
        await form.close()
    if dry_run:
        response.status_code = 200
    else:
        only = f"/{answer.profiles[0].id}" if len(answer.profiles) == 1 else ""
        response.headers["Location"] = f"/api/v1/profiles{only}"
    return answer


@router.post(
    "/profiles/upload/inspection",
    summary="Look at a file before there is a mapping",
    openapi_extra=_INSPECTION_BODY,
    response_model=InspectionOut,
    responses={422: {"description": "The file is no table"}},
)
async def inspect_file(
    _caller: Writer,
    request: Request,
    timezone: Annotated[
        ZoneName | None,
        Query(
            description="Where the stamps are likely from, such as the community's zone; taken if nothing speaks "
            "against it"
        ),
    ] = None,
) -> InspectionOut:
    """Dialect, columns, the first rows, the clock, and a mapping to begin with. Nothing is stored.

    Of a CSV (packed or not) the first megabyte is enough, cut anywhere; a Parquet file must be sent whole.
    """
    form = await _form(request)
    try:
        file = _file(form)
        return await anyio.to_thread.run_sync(
            lambda: inspection.inspect(file.file, timezone), limiter=request.app.state.upload_slots
        )
    finally:
        await form.close()


async def _form(request: Request) -> FormData:
    """The parts of the body; files beyond 1 MB are on disk while they come in."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMedia("Send multipart/form-data with the parts 'file' and 'mapping'.")
    parser = MultiPartParser(
        request.headers, request.stream(), max_files=2, max_fields=4, max_part_size=MAX_MAPPING_BYTES
    )
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise BadRequest(f"The multipart body can't be read: {error.message}") from error


def _file(form: FormData) -> UploadFile:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise InvalidInput([Finding("file", "is missing; send it as the part 'file'")])
    return file


async def _upload(form: FormData) -> Upload:
    file = _file(form)
    part = form.get("mapping")
    text = await part.read(MAX_MAPPING_BYTES) if isinstance(part, UploadFile) else (part or "{}")
    try:
        mapping = Mapping.model_validate_json(text)
    except ValidationError as error:
        findings = [Finding(_place(item["loc"]), str(item["msg"])) for item in error.errors()]
        raise InvalidInput(findings) from error
    return Upload(file.file, file.filename or "", mapping)


def _place(loc: tuple[int | str, ...]) -> str:
    """Where in the mapping; the names that pydantic gives to the alternatives of a field are left out."""
    return ".".join(["mapping", *(str(part) for part in loc if "[" not in str(part))])
