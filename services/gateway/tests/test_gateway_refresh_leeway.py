"""Lost answers in browsers, and what a thief makes of the leeway for them (sessions/service.py)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg2
import pytest

from hygge_gateway.settings import Settings
from services.gateway.tests.browser_support import Browser, assert_cleared
from services.gateway.tests.gateway_support import ADMIN, Client, assert_problem, gateway
from tests.support.postgres import TestDatabase


@pytest.fixture
def browser(client: Client) -> Iterator[Browser]:
    with Browser(str(client.base_url)) as browser:
        browser.sign_in(*ADMIN)
        yield browser


def reuses(client: Client) -> int:
    events = client.get("/api/v1/audit?event=refresh_token_reused&limit=200", headers=client.headers_of()).json()
    return len(events["items"])


def let_pass(database: TestDatabase, seconds: float) -> None:
    """Moves every use into the past."""
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE gateway.refresh_tokens SET used_at = used_at - %s * interval '1 second'", (seconds,))


def assert_ended(browser: Browser) -> None:
    response = browser.refresh()
    assert_problem(response, 401)
    assert_cleared(response)


def test_a_lost_answer_is_made_good_with_the_old_cookie(client: Client, browser: Browser) -> None:
    before = reuses(client)
    for _ in range(3):
        # The page is gone before the answer is there: the browser keeps the old cookie.
        assert browser.copy().refresh().status_code == 200
    assert browser.refresh().status_code == 200
    assert browser.refresh().status_code == 200
    assert reuses(client) == before


def at_once(*calls: Callable[[], httpx.Response]) -> list[int]:
    """Statuses of calls made at the same time, sorted."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(future.result().status_code for future in [pool.submit(call) for call in calls])


def test_two_tabs_that_exchange_at_once_both_stay_in(browser: Browser) -> None:
    tabs = [browser.copy() for _ in range(4)]
    assert at_once(*(tab.refresh for tab in tabs)) == [200] * 4
    # They share their cookies; whichever came last is what all of them send from now on.
    assert tabs[2].refresh().status_code == 200


def test_after_the_leeway_a_second_use_ends_the_session(
    client: Client, browser: Browser, database: TestDatabase
) -> None:
    thief = browser.copy()
    before = reuses(client)
    assert browser.refresh().status_code == 200
    let_pass(database, 10.5)
    assert_ended(thief)
    assert_ended(browser)
    assert reuses(client) == before + 1


def test_a_repeated_use_does_not_make_the_leeway_longer(browser: Browser, database: TestDatabase) -> None:
    again = browser.copy()
    for _ in range(3):
        assert browser.copy().refresh().status_code == 200
        let_pass(database, 4)
    assert_ended(again)


def test_once_its_successor_was_used_an_old_cookie_ends_the_session_within_the_leeway_too(browser: Browser) -> None:
    thief = browser.copy()
    assert browser.refresh().status_code == 200
    assert browser.refresh().status_code == 200
    assert_ended(thief)
    assert_ended(browser)


def test_a_thief_within_the_leeway_is_found_when_the_browser_goes_on(client: Client, browser: Browser) -> None:
    thief = browser.copy()
    before = reuses(client)
    assert browser.refresh().status_code == 200
    assert thief.refresh().status_code == 200
    assert browser.refresh().status_code == 200
    # His token is unused and young, but its sibling has gone on.
    assert_ended(thief)
    assert_ended(browser)
    assert reuses(client) == before + 1


def test_a_thief_who_goes_on_first_is_put_out_by_the_browser(client: Client, browser: Browser) -> None:
    thief = browser.copy()
    before = reuses(client)
    assert browser.refresh().status_code == 200
    for _ in range(3):
        assert thief.refresh().status_code == 200
    assert_ended(browser)
    assert_ended(thief)
    assert reuses(client) == before + 1


def test_of_siblings_that_exchange_at_once_one_goes_on_and_the_session_ends(client: Client) -> None:
    for _ in range(8):
        with Browser(str(client.base_url)) as browser:
            browser.sign_in(*ADMIN)
            thief = browser.copy()
            assert at_once(browser.refresh, thief.refresh) == [200, 200]
            assert at_once(browser.refresh, thief.refresh) == [200, 401]
            assert_ended(browser)
            assert_ended(thief)


def test_of_equal_tokens_in_bodies_at_once_one_goes_on_and_the_session_ends(client: Client) -> None:
    for _ in range(4):
        body = {"refresh_token": client.login(*ADMIN)["refresh_token"]}
        calls = [lambda body=body: client.post("/api/v1/auth/refresh", json=body)] * 4
        assert at_once(*calls) == [200, 401, 401, 401]


def test_the_leeway_can_be_taken_away(settings: Settings) -> None:
    strict = settings.model_copy(update={"refresh_leeway_seconds": 0})
    with gateway(strict) as client, Browser(str(client.base_url)) as browser:
        browser.sign_in(*ADMIN)
        old = browser.copy()
        assert browser.refresh().status_code == 200
        assert_ended(old)
        assert_ended(browser)


def test_there_is_no_leeway_for_tokens_in_bodies(client: Client) -> None:
    first = client.login(*ADMIN)["refresh_token"]
    second = client.post("/api/v1/auth/refresh", json={"refresh_token": first}).json()["refresh_token"]
    for token in (first, second):
        assert_problem(client.post("/api/v1/auth/refresh", json={"refresh_token": token}), 401)


def test_sessions_from_before_the_columns_go_on(client: Client, database: TestDatabase) -> None:
    """What the migration leaves: the transport's default, and tokens without a parent."""
    token = client.login(*ADMIN)["refresh_token"]
    second = client.post("/api/v1/auth/refresh", json={"refresh_token": token}).json()["refresh_token"]
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE gateway.refresh_tokens SET parent_id = NULL")
        cursor.execute("SELECT column_default FROM information_schema.columns WHERE column_name = 'transport'")
        assert cursor.fetchone() == ("'body'::text",)
    assert client.post("/api/v1/auth/refresh", json={"refresh_token": second}).status_code == 200
    assert_problem(client.post("/api/v1/auth/refresh", json={"refresh_token": token}), 401)
