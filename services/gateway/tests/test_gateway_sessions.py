"""Signing in, staying in, signing out."""

import base64
import json
import time
from typing import Any

import httpx
import psycopg2
import pytest

from services.gateway.tests.gateway_support import ADMIN, CLIENT, Client, assert_problem
from tests.support.postgres import TestDatabase

SECRET = "quite a secret 1"


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def header_of(token: str) -> dict[str, Any]:
    head = token.split(".", maxsplit=1)[0]
    header: dict[str, Any] = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    return header


def refresh(client: Client, token: str) -> httpx.Response:
    return client.post("/api/v1/auth/refresh", json={"refresh_token": token})


def test_login_gives_tokens_that_work(client: Client) -> None:
    response = client.post("/api/v1/auth/login", json={"username": ADMIN[0], "password": ADMIN[1]})
    tokens = response.json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 600
    assert response.headers["cache-control"] == "no-store"
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    assert (me["username"], me["role"], me["operates"], me["views"]) == (ADMIN[0], "admin", [], [])
    assert "password_hash" not in me


def test_access_token_has_the_claims_of_the_contract(client: Client) -> None:
    token = client.login(*ADMIN)["access_token"]
    header, claims = header_of(token), claims_of(token)
    assert (header["alg"], header["typ"]) == ("RS256", "at+jwt")
    assert header["kid"] in [key["kid"] for key in client.get("/api/v1/auth/jwks").json()["keys"]]
    assert claims.keys() == {
        *("iss", "aud", "sub", "username", "role", "operates", "views", "iat", "nbf", "exp", "jti"),
    }
    assert claims["exp"] - claims["iat"] == 600
    assert abs(claims["iat"] - time.time()) < 5


def test_user_name_is_found_in_any_case(client: Client) -> None:
    assert client.login(ADMIN[0].upper(), ADMIN[1])["access_token"]


@pytest.mark.parametrize(("username", "password"), [(ADMIN[0], "wrong"), ("nobody", ADMIN[1]), ("a'; --", "x")])
def test_wrong_login_is_the_same_401_for_every_reason(client: Client, username: str, password: str) -> None:
    response = client.post("/api/v1/auth/login", json={"username": username, "password": password})
    assert assert_problem(response, 401)["detail"] == "User name or password is wrong."
    assert response.headers["www-authenticate"] == "Bearer"


def test_an_unknown_user_takes_as_long_as_a_wrong_password(client: Client) -> None:
    def seconds(username: str) -> float:
        started = time.perf_counter()
        client.post("/api/v1/auth/login", json={"username": username, "password": "wrong one"})
        return time.perf_counter() - started

    # In turns, and the quickest of each: what else the machine does meets both alike.
    unknown, known = zip(*((seconds("nobody-there"), seconds(ADMIN[0])) for _ in range(7)), strict=True)
    # Without the dummy hash the unknown user would be answered many times faster.
    assert min(unknown) > 0.4 * min(known)


@pytest.mark.parametrize("body", [{}, {"username": "x"}, {"username": "x", "password": "y", "role": "admin"}, []])
def test_malformed_login_is_422(client: Client, body: object) -> None:
    assert assert_problem(client.post("/api/v1/auth/login", json=body), 422)["errors"]


def test_a_missing_field_of_a_login_is_told_once(client: Client) -> None:
    errors = assert_problem(client.post("/api/v1/auth/login", json={"username": "x"}), 422)["errors"]
    assert [error["field"] for error in errors] == ["password"]


def test_nul_in_a_login_is_no_server_error(client: Client) -> None:
    assert_problem(client.post("/api/v1/auth/login", json={"username": "a\x00b", "password": "x"}), 422)


def test_refresh_rotates(client: Client) -> None:
    first = client.login(*ADMIN)
    second = refresh(client, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    headers = {"Authorization": f"Bearer {second['access_token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).status_code == 200
    assert refresh(client, second["refresh_token"]).status_code == 200


def test_reuse_of_a_refresh_token_ends_the_session(client: Client) -> None:
    first = client.login(*ADMIN)
    other = client.login(*ADMIN)
    second = refresh(client, first["refresh_token"]).json()
    assert_problem(refresh(client, first["refresh_token"]), 401)
    assert_problem(refresh(client, second["refresh_token"]), 401)
    assert refresh(client, other["refresh_token"]).status_code == 200
    audit = client.get("/api/v1/audit?event=refresh_token_reused", headers=client.headers_of()).json()
    assert audit["items"][0]["actor_name"] == ADMIN[0]


def test_unknown_refresh_token_is_401(client: Client) -> None:
    assert_problem(refresh(client, "never-made"), 401)


def test_refresh_tokens_are_stored_hashed(client: Client, database: TestDatabase) -> None:
    token = client.login(*ADMIN)["refresh_token"]
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(encode(token_hash, 'escape'), ' ') FROM gateway.refresh_tokens")
        row = cursor.fetchone()
    assert row is not None
    assert token not in row[0]


def test_expired_refresh_token_is_401(client: Client, database: TestDatabase) -> None:
    token = client.login(*ADMIN)["refresh_token"]
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE gateway.refresh_tokens SET expires_at = now() WHERE used_at IS NULL")
    assert_problem(refresh(client, token), 401)


def test_logout_ends_the_session_and_is_silent(client: Client) -> None:
    token = client.login(*ADMIN)["refresh_token"]
    for _ in range(2):
        assert client.post("/api/v1/auth/logout", json={"refresh_token": token}).status_code == 204
    assert_problem(refresh(client, token), 401)
    assert client.post("/api/v1/auth/logout", json={"refresh_token": "unknown"}).status_code == 204


def test_logout_without_refresh_token_ends_all_sessions_of_the_caller(client: Client) -> None:
    client.new_user("leaver")
    tokens = [client.login("leaver", SECRET) for _ in range(2)]
    assert_problem(client.post("/api/v1/auth/logout"), 401)
    headers = {"Authorization": f"Bearer {tokens[0]['access_token']}"}
    assert client.post("/api/v1/auth/logout", headers=headers).status_code == 204
    for pair in tokens:
        assert_problem(refresh(client, pair["refresh_token"]), 401)


def test_registering_makes_a_participant_who_is_signed_in(client: Client) -> None:
    body = {"username": "anna.b", "password": SECRET, "email": "anna@example.org"}
    response = client.post("/api/v1/auth/register", json=body)
    assert response.status_code == 201
    assert response.headers["location"] == "/api/v1/auth/me"
    user = response.json()
    assert (user["username"], user["role"]) == ("anna.b", "participant")
    headers = {"Authorization": f"Bearer {user['access_token']}"}
    assert client.get("/api/v1/auth/me", headers=headers).json()["id"] == user["id"]
    assert refresh(client, user["refresh_token"]).status_code == 200


def test_a_name_is_given_once_in_any_case(client: Client) -> None:
    body = {"username": "unique-one", "password": SECRET}
    assert client.post("/api/v1/auth/register", json=body).status_code == 201
    assert_problem(client.post("/api/v1/auth/register", json=body | {"username": "UNIQUE-one"}), 409)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "aaaaaaaaaaaa"}, "password"),
        ({"password": "xx-Weak.User-xx", "username": "weak.user"}, "password"),
        ({"password": "x" * 300}, "password"),
        ({"role": "admin"}, "role"),
        ({"username": "ab"}, "username"),
        ({"username": "with space"}, "username"),
        ({"username": "../etc"}, "username"),
        ({"email": "no address"}, "email"),
        ({"display_name": "a\x00b"}, "display_name"),
    ],
)
def test_bad_registration_names_the_field(client: Client, change: dict[str, str], field: str) -> None:
    body = {"username": "some.body", "password": SECRET} | change
    problem = assert_problem(client.post("/api/v1/auth/register", json=body), 422)
    assert [error["field"] for error in problem["errors"]] == [field]


def test_changing_the_password_ends_all_sessions(client: Client) -> None:
    user = client.new_user("changer")
    session = client.login("changer", SECRET)
    body = {"current_password": "not it", "new_password": "another secret 2"}
    assert_problem(client.post("/api/v1/auth/password", json=body, headers=user["headers"]), 422)
    body["current_password"] = SECRET
    assert client.post("/api/v1/auth/password", json=body, headers=user["headers"]).status_code == 204
    assert_problem(refresh(client, session["refresh_token"]), 401)
    assert client.login("changer", "another secret 2")


def test_client_credentials_give_a_service_token(client: Client) -> None:
    form = {"grant_type": "client_credentials", "client_id": CLIENT[0], "client_secret": CLIENT[1]}
    answer = client.post("/api/v1/auth/token", data=form).json()
    claims = claims_of(answer["access_token"])
    assert (claims["sub"], claims["role"], claims["username"]) == ("0", "service", "service:engine")
    assert "refresh_token" not in answer
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert client.get("/api/v1/grids", headers=headers).status_code == 200
    assert_problem(client.get("/api/v1/auth/me", headers=headers), 403)
    basic = client.post("/api/v1/auth/token", data={"grant_type": "client_credentials"}, auth=CLIENT)
    assert basic.status_code == 200


@pytest.mark.parametrize(("client_id", "secret"), [("engine", "wrong"), ("unknown", CLIENT[1]), ("", "")])
def test_wrong_client_is_401_with_the_error_of_the_standard(client: Client, client_id: str, secret: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    assert assert_problem(client.post("/api/v1/auth/token", data=form), 401)["error"] == "invalid_client"


def test_other_grant_types_are_refused(client: Client) -> None:
    form = {"grant_type": "password", "username": "x", "password": "y"}
    assert_problem(client.post("/api/v1/auth/token", data=form), 400)


def test_jwks_shows_public_parts_only(client: Client) -> None:
    keys = client.get("/api/v1/auth/jwks").json()["keys"]
    assert keys
    for key in keys:
        assert key.keys() == {"kty", "n", "e", "kid", "use", "alg"}
