"""Requests that no honest client sends: never a 5xx, always a problem document with a request id.

Schemathesis makes requests that HTTP libraries can send; here are those that they can't, on every service behind the
gateway and on the gateway's own routes.
"""

import contextlib
import gzip
import json
from http.client import HTTPException
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.conftest import Target
from tests.contract.wire import Wire
from tests.e2e.client import Api

# One route to read and one to write of each service, the gateway's own among them.
READ = ("/users/{id}", "/grids/{id}", "/profiles/{id}", "/runs/{id}", "/results/{id}")
WRITE = ("/users", "/grids", "/grids/import", "/profiles", "/runs", "/sweeps", "/markets/clear", "/auth/login")
LISTS = ("/users", "/grids", "/profiles", "/runs", "/sweeps", "/houses", "/priority-lists", "/flags", "/audit")
HUGE = ("9223372036854775807", "9223372036854775808", "1" * 40, "9" * 400, "-1", "0", "1e400", "NaN", "0x10", "%D9%A1")
BOUNDED = settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def wire(target: Target, admin: Api) -> Wire:
    return Wire(target, admin.http.headers["Authorization"])


def api(path: str) -> bytes:
    return f"/api/v1{path}".encode()


def in_json(text: str) -> tuple[bytes, bytes]:
    return text.encode("utf-8", "surrogatepass"), b"Content-Type: application/json"


# Paths and queries ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("text", [*HUGE, "%00", "%ff%fe", "%c0%ae", "%F0%9F%8F%A0", "a%2fb", "%2e%2e", "..", "%25"])
def test_ids_that_are_none(wire: Wire, path: str, text: str) -> None:
    for method in (b"GET", b"DELETE", b"PATCH"):
        body = b"{}" if method == b"PATCH" else None
        answer = wire.send(method, f"/api/v1{path.format(id=text)}".encode(), body, b"Content-Type: application/json")
        if answer.status != 405:  # DELETE of a result is the engine's; some nouns have no PATCH
            answer.assert_refused((method, path, text))


@pytest.mark.parametrize("path", LISTS)
def test_queries_that_make_no_sense(wire: Wire, path: str) -> None:
    for query in (
        "limit=1&limit=2", "limit=&cursor=", "limit=1e400", "limit=" + "9" * 400, "limit=%00", "limit=NaN",
        "cursor=%00", "cursor=%ff", "cursor=" + "A" * 4000, "cursor=LTE", "cursor==", "limit[]=1", "&&&=", "%",
        "%zz=1", "%ff=%fe", "grid_id=" + "9" * 40, "grid_id=-1", "grid_id=%00", "name=%00", "status=%00", "tag=%00",
        "role=%00",
        "actor_name=%00", "event=%00", "sweep_id=" + "9" * 40, "profile_type=%ed%a0%80", "source_type[]=x",
    ):  # fmt: skip
        wire.send(b"GET", f"/api/v1{path}?{query}".encode()).assert_sane((path, query))


@BOUNDED
@given(query=st.binary(max_size=60), place=st.sampled_from(LISTS))
def test_any_bytes_in_a_query(wire: Wire, query: bytes, place: str) -> None:
    """Those that end a request line are left out: what they begin is no request any more."""
    printable = bytes(byte for byte in query if byte > 0x20 and byte != 0x7F and byte != ord("#"))
    answer = wire.send(b"GET", api(place) + b"?" + printable)
    if printable.isascii() or not answer.is_of_the_server:
        answer.assert_sane((place, printable))


@BOUNDED
@given(text=st.text(max_size=30), place=st.sampled_from(READ))
def test_any_text_as_an_id(wire: Wire, text: str, place: str) -> None:
    escaped = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
    wire.send(b"GET", f"/api/v1{place.format(id=escaped)}".encode()).assert_sane((place, text))


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/grids/../users", "/api/v1/grids/%2e%2e/users", "/api/v1/grids/%2e%2e%2fusers", "/api/v1/./grids/1/..",
        "/api/v1//grids", "/api/v1/grids//", "/api/v2/grids", "/api/v1/nowhere", "/api/v1/grids/1/nowhere",
        "/api/v1/grids;x=1", "/api/v1/grids%00", "/api/v1/grids%20", "/api/v1/%67rids/x",
        "/api/v1/" + "a" * 8000, "/api/v1/grids/" + "1/" * 2000,
    ],
)  # fmt: skip
def test_paths_that_lead_nowhere(wire: Wire, path: str) -> None:
    for method in (b"GET", b"POST"):
        answer = wire.send(method, path.encode())
        if answer.status not in (301, 307, 308):
            answer.assert_refused((method, path))


@pytest.mark.parametrize("path", LISTS)
def test_a_slash_at_the_end_leads_to_the_list_or_nowhere(wire: Wire, path: str) -> None:
    """A redirect stays on this host: it must not carry a caller's token elsewhere."""
    answer = wire.send(b"GET", api(path) + b"/")
    answer.assert_sane(path)
    if answer.status >= 300 and answer.status < 400:
        location = answer.headers["location"]
        assert location.startswith("/api/v1/") or location.startswith("http://hygge/api/v1/"), location


# Methods --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*LISTS, *(path.format(id=1) for path in READ), "/auth/login", "/markets/clear"])
def test_methods_that_a_path_has_not(wire: Wire, path: str) -> None:
    for method in (b"OPTIONS", b"TRACE", b"PROPFIND", b"get", b"X" * 200):
        answer = wire.send(method, api(path))
        if not answer.is_of_the_server:  # some words are no methods to it
            answer.assert_refused((method, path))
    head = wire.send(b"HEAD", api(path))
    assert head.status < 500, path
    assert head.body == b""


@pytest.mark.parametrize(
    "header", [b"X-HTTP-Method-Override: DELETE", b"X-Method-Override: DELETE", b"X-Http-Method: DELETE"]
)
def test_no_header_changes_the_method(wire: Wire, admin: Api, header: bytes) -> None:
    grid = admin("POST", "/grids", json={"name": "stays", "timezone": "UTC", "currency": "EUR"})
    assert wire.send(b"GET", api(f"/grids/{grid['id']}"), None, header).status == 200
    admin("GET", f"/grids/{grid['id']}")
    admin("DELETE", f"/grids/{grid['id']}")


# Bodies ---------------------------------------------------------------------------------------------------------------

DEEP = 100_000
NO_JSON = {
    "nothing": "", "white space": " \n\t", "no JSON": "{", "two": "{} {}", "a comment": "{/**/}",
    "NaN": '{"name": NaN}',
    "infinite": '{"import_limit_kw": -Infinity}', "too large a number": '{"import_limit_kw": 1e400}',
    "too long a number": '{"grid_id": ' + "9" * 5000 + "}", "a list": "[]", "null": "null", "a number": "7",
    "a text": '"x"', "true": "true", "deep lists": "[" * DEEP, "deep and closed": "[" * DEEP + "]" * DEEP,
    "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP, "half a character": '{"name": "\\ud800"}',
    "a surrogate": '{"name": "\ud800"}', "NUL": '{"name": "\\u0000"}', "a raw NUL": '{"name": "\0"}',
    "a key of NUL": '{"\\u0000": 1}', "__proto__": '{"__proto__": {}}',
    "a BOM": "\ufeff{}", "a huge key": '{"' + "k" * 100_000 + '": 1}',
}  # fmt: skip


@pytest.mark.parametrize("case", list(NO_JSON))
@pytest.mark.parametrize("path", WRITE)
def test_bodies_that_are_no_document(wire: Wire, path: str, case: str) -> None:
    wire.send(b"POST", api(path), *in_json(NO_JSON[case])).assert_refused((path, case))


@pytest.mark.parametrize("path", WRITE)
def test_content_types_that_are_none(wire: Wire, path: str) -> None:
    for kind in (b"", b"text/plain", b"application/xml", b"multipart/form-data", b"\xff\xfe", b"application/json;" * 50,
                 b"application/json; charset=utf-16", b"application/x-www-form-urlencoded", b"image/png"):  # fmt: skip
        for body in (b"x", b"\xff\xfe", b"a=1&b=2"):
            wire.send(b"POST", api(path), body, b"Content-Type: " + kind).assert_refused((path, kind, body))


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"deflate", b"zstd", b"identity", b"nonsense"])
def test_packed_bodies(wire: Wire, coding: bytes) -> None:
    """Bodies come as they are: a packed one is no JSON, and nothing is unpacked that could grow."""
    bomb = gzip.compress(b"[" + b"0," * 5_000_000 + b"0]")
    for path in WRITE:
        for body in (bomb[: len(bomb) // 2], bomb):
            answer = wire.send(
                b"POST", api(path), body, b"Content-Type: application/json", b"Content-Encoding: " + coding
            )
            answer.assert_refused((path, coding))


MULTIPART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\nContent-Type: text/csv\r\n\r\n'
UPLOADS: dict[str, tuple[bytes, bytes]] = {
    "no boundary": (b"multipart/form-data", b"x"),
    "an empty boundary": (b"multipart/form-data; boundary=", b"x"),
    "a boundary that never comes": (b"multipart/form-data; boundary=b", b"x" * 1000),
    "cut in the head": (b"multipart/form-data; boundary=b", MULTIPART[:40]),
    "cut in the file": (b"multipart/form-data; boundary=b", MULTIPART + b"timestamp,load\n2016"),
    "no name": (b"multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
    "an empty file": (b"multipart/form-data; boundary=b", MULTIPART + b"\r\n--b--\r\n"),
    "NULs": (b"multipart/form-data; boundary=b", MULTIPART + b"\0" * 1000 + b"\r\n--b--\r\n"),
    "half a gzip": (
        b"multipart/form-data; boundary=b",
        MULTIPART.replace(b"x.csv", b"x.csv.gz") + gzip.compress(b"timestamp,load\n" * 1000)[:40] + b"\r\n--b--\r\n",
    ),
    "half a Parquet": (b"multipart/form-data; boundary=b", MULTIPART + b"PAR1\0\0\0\0" + b"\r\n--b--\r\n"),
    "a thousand parts": (b"multipart/form-data; boundary=b", (MULTIPART + b"x\r\n") * 1000 + b"--b--\r\n"),
    "a long head": (
        b"multipart/form-data; boundary=b",
        b"--b\r\nX: " + b"y" * 200_000 + b"\r\n" + MULTIPART + b"\r\n--b--\r\n",
    ),
}


@pytest.mark.parametrize("case", list(UPLOADS))
@pytest.mark.parametrize("path", ["/profiles/upload", "/profiles/upload/inspection"])
def test_uploads_that_are_none(wire: Wire, path: str, case: str) -> None:
    kind, body = UPLOADS[case]
    wire.send(b"POST", api(path), body, b"Content-Type: " + kind).assert_refused((path, case))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@BOUNDED
@given(value=json_values, path=st.sampled_from(WRITE))
def test_any_json(wire: Wire, value: Any, path: str) -> None:
    text = json.dumps(value)
    if path in ("/grids", "/grids/import") and isinstance(value, dict):
        return  # a name alone makes a grid; Schemathesis looks after these
    wire.send(b"POST", api(path), *in_json(text)).assert_refused((path, text))


# Headers --------------------------------------------------------------------------------------------------------------


def test_credentials_that_are_none(wire: Wire) -> None:
    for value in (b"", b"Bearer", b"Bearer ", b"Bearer " + b"a" * 6000, b"Bearer a.b.c", b"Bearer \xff.\xfe.\xfd",
                  b"Bearer ..", b"Basic !!!", b"Digest x", b"Bearer e30.e30.", b"\xff", b"Bearer a b c"):  # fmt: skip
        for path in (*LISTS, "/auth/me"):
            answer = wire.send(b"GET", api(path), None, b"Authorization: " + value)
            assert answer.status == 401, (path, value, answer.status)
            answer.assert_refused((path, value))


def test_headers_that_are_too_much(wire: Wire) -> None:
    """Refused by the server before anybody reads them, or taken for what they are."""
    for headers in (
        [b"X-Long: " + b"x" * 30_000], [b"X-%d: y" % number for number in range(90)], [b"X-Request-ID: " + b"r" * 5000],
        [b"X-Request-ID: \xff\x01"], [b"Accept: " + b"*/*," * 1000], [b"Accept: \xff"], [b"Accept-Language: \xff"],
        [b"If-Match: \xff"], [b"Idempotency-Key: " + b"k" * 5000], [b"Last-Event-ID: \xff"], [b"Range: bytes=9-1"],
        [b"traceparent: 00-zz-zz-zz"], [b"tracestate: " + b"=" * 600], [b"baggage: " + b"a=b," * 300],
        [b"X-Forwarded-For: ' OR 1=1 --"], [b"X-Forwarded-Host: evil.example"], [b"X-Forwarded-Proto: javascript"],
        [b"Cookie: " + b"hygge_refresh=\xff;" * 20], [b"Connection: authorization, close"], [b"Expect: nonsense"],
    ):  # fmt: skip
        for path in ("/grids", "/users", "/runs", "/results/1"):
            answer = wire.send(b"GET", api(path), None, *headers)
            assert answer.status < 500, (path, headers[0][:60], answer.status)
            assert b"evil.example" not in answer.body


@pytest.mark.parametrize(
    "length", [b"-1", b"x", b"1e3", b"99999999999999999999999", b"0x10", b"+5", b"5, 6", b"\xc2\xb2"]
)
def test_lengths_that_are_none(wire: Wire, length: bytes) -> None:
    for path in ("/grids", "/users"):
        try:
            answer = wire.send(b"POST", api(path), b"{}", b"Content-Length: " + length)
        except ConnectionError:
            continue
        assert 400 <= answer.status < 500, (path, length, answer.status)


NOISE = {
    "NULs": b"\0" * 64,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\n\r\n",
    "a method alone": b"GET\r\n\r\n",
    "HTTP/9.9": b"GET / HTTP/9.9\r\n\r\n",
    "nothing": b"\r\n\r\n\r\n",
    "an endless line": b"GET " + b"/" * 100_000,
    "a path that is not ASCII": b"GET /api/v1/grids/\xd9\xa1 HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("noise", list(NOISE))
def test_what_is_no_http_at_all_leaves_the_suite_up(wire: Wire, noise: str) -> None:
    """The server refuses it in its own words, or closes the connection."""
    with contextlib.suppress(HTTPException, OSError):
        assert wire.raw(NOISE[noise], is_all=True).is_of_the_server
    assert wire.send(b"GET", api("/auth/me")).status == 200
