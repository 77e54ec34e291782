"""Serves the built web app: its files, compressed beforehand and kept by browsers, and its page under every other path.

`StaticFiles` finds the file (and lets nobody out of the folder), answers HEAD, ranges and conditional requests.
"""

import hashlib
import mimetypes
import os
import re
import stat
from functools import lru_cache
from pathlib import Path, PurePath

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, PathLike, StaticFiles
from starlette.types import Scope

from hygge_gateway.routing.security import file_headers, page_headers

INDEX = "index.html"
# The build names the files in here by a hash of their content: another content has another name.
HASHED = "assets"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
# Content coding → ending of the file beside the original, best first.
CODINGS = {"br": ".br", "gzip": ".gz"}
# Paths that are never the app's, even where no route answers them.
RESERVED = frozenset(("api", "health", "metrics"))
_REFUSED = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*")

# Python's own table and nothing of the machine's: with `nosniff` a script of a wrong type does not run.
_TYPES = mimetypes.MimeTypes()
for _ending, _type in ((".js", "text/javascript"), (".mjs", "text/javascript"), (".woff2", "font/woff2")):
    _TYPES.add_type(_type, _ending)


class WebAppMissing(SystemExit):
    """There is no built web app where the settings say; the process must not start."""


class WebApp(StaticFiles):
    """The built web app in a folder; paths of its own (without a file) get index.html."""

    def __init__(self, directory: Path) -> None:
        if not (directory / INDEX).is_file():
            raise WebAppMissing(
                f"Cannot start: HYGGE_GATEWAY_WEB_DIRECTORY is {directory}, but there is no {INDEX} in it. "
                "Build the web app first, or leave the setting out to start without it."
            )
        super().__init__(directory=directory)

    async def get_response(self, path: str, scope: Scope) -> Response:
        parts = PurePath(path).parts
        if parts and (parts[0] in RESERVED or parts[0] == ".." or path.endswith(tuple(CODINGS.values()))):
            raise HTTPException(404)
        try:
            return await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or not _is_page(parts):
                raise
            return await super().get_response(INDEX, scope)

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """The file, or its best compressed sibling that the client takes."""
        media_type = _TYPES.guess_type(str(full_path))[0] or "application/octet-stream"
        headers = page_headers(scope) if media_type == "text/html" else file_headers(scope)
        asked = Headers(scope=scope)
        siblings = _siblings(str(full_path))
        if siblings:
            headers["Vary"] = "Accept-Encoding"
        coding = next((coding for coding in siblings if coding in _accepted(asked.get("accept-encoding", ""))), None)
        if coding is not None:
            full_path, stat_result = siblings[coding]
            headers["Content-Encoding"] = coding
        if PurePath(self.get_path(scope)).parts[:1] == (HASHED,):
            headers["Cache-Control"] = FOR_EVER
        else:
            headers["Cache-Control"] = ASK_EACH_TIME
            headers["ETag"] = _content_tag(str(full_path), stat_result.st_mtime_ns, stat_result.st_size)
        answer = FileResponse(full_path, status_code, headers, media_type, stat_result=stat_result)
        if self.is_not_modified(answer.headers, asked):
            return NotModifiedResponse(answer.headers)
        return answer


def _is_page(parts: tuple[str, ...]) -> bool:
    """True for a path that the app itself may know: no file name, nothing hidden, not among the hashed files."""
    hidden = any(part.startswith(".") for part in parts)
    return not parts or not (hidden or parts[0] == HASHED or "." in parts[-1])


def _siblings(path: str) -> dict[str, tuple[str, os.stat_result]]:
    """Content coding → compressed file beside this one."""
    found = {}
    for coding, ending in CODINGS.items():
        try:
            status = os.stat(path + ending)  # noqa: PTH116
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found[coding] = (path + ending, status)
    return found


def _accepted(header: str) -> frozenset[str]:
    """Content codings that the client takes (RFC 9110, 12.5.3)."""
    entries = (entry.partition(";") for entry in header.lower().split(","))
    return frozenset(coding.strip() for coding, _, weight in entries if not _REFUSED.fullmatch(weight))


@lru_cache(maxsize=256)
def _content_tag(path: str, _mtime_ns: int, _size: int) -> str:
    """An ETag from the content: two builds of index.html can be alike in size and (in images) in time."""
    return f'"{hashlib.blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()}"'
