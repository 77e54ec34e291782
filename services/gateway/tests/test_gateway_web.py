"""Serving the built web app: caching, compression, deep links, headers, and nothing outside of its folder."""

import gzip
import hashlib
import http.client
import os
import re
import socket
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from hygge_gateway.main import build_app
from hygge_gateway.routing.web import WebApp, WebAppMissing, _accepted
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import Client, assert_problem, gateway

PAGE = "<!doctype html><p>the app</p>"
SCRIPT = "export const answer = 42;" * 20
ASSET = "/assets/index-B2c3.js"
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build, with one secret beside it that must not come out."""
    around = tmp_path_factory.mktemp("web")
    (around / "secret.txt").write_text("secret")
    (around / "dist-other").mkdir()
    (around / "dist-other" / "secret.txt").write_text("secret")
    dist = around / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "index.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    (dist / "favicon.svg").write_text("<svg/>")
    (dist / "fonts").mkdir()
    (dist / "fonts" / "plain.woff2").write_bytes(b"font")
    script = dist / ASSET[1:]
    script.write_text(SCRIPT)
    # The content does not matter to the gateway, which passes it on as it is.
    script.with_name(script.name + ".br").write_bytes(b"brotli of it")
    script.with_name(script.name + ".gz").write_bytes(gzip.compress(SCRIPT.encode()))
    (dist / "assets" / "style-Xy1.css").write_text("p {}")
    (dist / "assets" / "outside.js").symlink_to(around / "secret.txt")
    return dist


@pytest.fixture(scope="module")
def web(settings: Settings, folder: Path) -> Iterator[Client]:
    with gateway(settings.model_copy(update={"web_directory": folder})) as running:
        yield running


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/grids/7", "/runs/12/houses?day=2016-06-21", "/runs/", "/apiary"]
)
def test_paths_of_the_app_are_its_page(web: Client, path: str) -> None:
    response = web.get(path)
    assert (response.status_code, response.text) == (200, PAGE)
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        *("/api", "/api/", "/api/v1", "/api/v1/nothing", "/api/v2/grids", "/api//v1"),
        *("/missing.js", "/grids/missing.css", "/assets", "/assets/", "/assets/missing", "/assets/index-0000.js"),
        *("/.git/config", "/.well-known/security.txt", "/.env", f"{ASSET}.br", f"{ASSET}.gz", "/index.html.gz"),
    ],
)
def test_other_paths_without_a_file_are_404(web: Client, path: str) -> None:
    assert_problem(web.get(path, headers={"Accept": "text/html"}), 404)


@pytest.mark.parametrize("path", ["/health/nothing", "/health", "/metrics/x"])
def test_operations_have_no_pages(web: Client, path: str) -> None:
    response = web.get(path, headers={"Accept": "text/html"})
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


def test_the_gateways_own_paths_come_first(web: Client) -> None:
    assert web.get("/health/live").json() == {"status": "live"}
    assert web.get("/api/v1/openapi.json").json()["info"]["title"] == "Hygge"
    assert "python_info" in web.get("/metrics").text
    assert_problem(web.get("/api/v1/users"), 401)


def test_only_reading_is_allowed(web: Client) -> None:
    for path in ("/", ASSET, "/grids/7"):
        response = web.post(path, json={})
        assert_problem(response, 405)
        assert response.headers["allow"] == "GET, HEAD"
    assert_problem(web.post("/api/v1/nothing", json={}), 404)


def test_hashed_files_are_kept_for_ever_and_others_asked_for_each_time(web: Client) -> None:
    assert web.get(ASSET).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/", "/favicon.svg", "/fonts/plain.woff2"):
        first = web.get(path)
        assert first.headers["cache-control"] == "no-cache"
        again = web.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "no-cache"


def test_a_new_build_of_the_same_size_and_time_is_another_page(settings: Settings, tmp_path: Path) -> None:
    """As in images whose files all have one time: the hashes in index.html differ, its length does not."""
    tags = []
    for build in ("index-AAAA.js", "index-BBBB.js"):
        folder = tmp_path / build
        folder.mkdir()
        (folder / "index.html").write_text(build)
        os.utime(folder / "index.html", (0, 0))
        with gateway(settings.model_copy(update={"web_directory": folder})) as running:
            tags.append(running.get("/").headers["etag"])
    assert tags[0] != tags[1]


@pytest.mark.parametrize(
    ("asked", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0, gzip", "gzip"),
        ("br; q=0.000, gzip;q=0.1", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=0", None),
        ("brotli, x-gzip", None),
        ("identity", None),
        ("", None),
    ],
)
def test_compressed_siblings_are_served_to_who_takes_them(web: Client, asked: str, coding: str | None) -> None:
    with web.stream("GET", ASSET, headers={"Accept-Encoding": asked}) as response:
        raw = b"".join(response.iter_raw())
    expected = {None: SCRIPT.encode(), "br": b"brotli of it", "gzip": gzip.compress(SCRIPT.encode())}[coding]
    assert response.headers.get("content-encoding") == coding
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["vary"] == "Accept-Encoding"
    assert int(response.headers["content-length"]) == len(raw)
    if coding == "gzip":
        raw, expected = gzip.decompress(raw), gzip.decompress(expected)
    assert raw == expected


def test_variants_have_tags_of_their_own(web: Client) -> None:
    for path in (ASSET, "/"):
        tags = [web.get(path, headers={"Accept-Encoding": coding}).headers["etag"] for coding in ("gzip", "identity")]
        assert len(set(tags)) == 2
        crossed = web.get(path, headers={"Accept-Encoding": "identity", "If-None-Match": tags[0]})
        assert crossed.status_code == 200


def test_files_without_siblings_come_as_they_are(web: Client) -> None:
    response = web.get("/assets/style-Xy1.css", headers={"Accept-Encoding": "br, gzip"})
    assert response.text == "p {}"
    assert not {"content-encoding", "vary"} & response.headers.keys()


def test_head_and_ranges(web: Client) -> None:
    head = web.head("/grids/7", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PAGE)))
    part = web.get(ASSET, headers={"Accept-Encoding": "identity", "Range": "bytes=7-11"})
    assert (part.status_code, part.text) == (206, SCRIPT[7:12])


def test_types_do_not_depend_on_the_machine(web: Client) -> None:
    assert web.get("/fonts/plain.woff2").headers["content-type"] == "font/woff2"
    assert web.get("/favicon.svg").headers["content-type"].startswith("image/svg+xml")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/%2e%2e%2fdist-other/secret.txt",
        "/..%5csecret.txt",
        "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/assets/outside.js",
        "/secret.txt%00.js",
        "/assets/%00",
        "/assets/" + "x" * 5000,
    ],
)
def test_nothing_outside_of_the_folder_comes_out(web: Client, path: str) -> None:
    """Sent byte by byte, because clients tidy such paths up."""
    host, port = web.base_url.host, web.base_url.port
    assert port is not None
    with socket.create_connection((host, port), timeout=5) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = answer.read().decode()
    refused = answer.status == 404 and answer.headers["content-type"] == "application/problem+json"
    assert refused or (answer.status, body) == (200, PAGE)


def test_pages_have_a_strict_policy(web: Client) -> None:
    for path in ("/", "/runs/12"):
        headers = web.get(path).headers
        policy = dict(part.split(" ", maxsplit=1) for part in headers["content-security-policy"].split("; "))
        assert policy == {
            "default-src": "'self'",
            "script-src": "'self'",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data: blob:",
            "connect-src": "'self'",
            "font-src": "'self'",
            "object-src": "'none'",
            "base-uri": "'self'",
            "form-action": "'self'",
            "frame-ancestors": "'none'",
            "worker-src": "'self' blob:",
        }
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "strict-transport-security" not in headers
    assert web.get(ASSET).headers["x-content-type-options"] == "nosniff"


def test_https_is_asked_for_only_over_https(web: Client) -> None:
    for path in ("/", ASSET, "/api/v1/docs"):
        assert web.get(path, headers=HTTPS).headers["strict-transport-security"] == "max-age=31536000"


def test_the_documentation_may_run_its_own_script_and_no_other(web: Client) -> None:
    page = web.get("/api/v1/docs")
    scripts = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert len(scripts) == 1
    digest = b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


def test_without_a_page_the_start_fails_and_says_why(settings: Settings, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(WebAppMissing, match=re.escape(f"HYGGE_GATEWAY_WEB_DIRECTORY is {folder}")):
            build_app(settings.model_copy(update={"web_directory": folder}))
    (tmp_path / "index.html").write_text(PAGE)
    WebApp(tmp_path)


def test_accept_encoding_is_read_like_the_standard_says() -> None:
    assert _accepted("br;q=1.0, gzip ; q = 0 , *;q=0.5") == {"br", "*"}
    assert _accepted("gzip;q=0.001") == {"gzip"}
