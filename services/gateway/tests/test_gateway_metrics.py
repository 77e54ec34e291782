"""What the gateway counts, read from its /metrics."""

import re

import pytest

from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import ADMIN, Client, gateway
from tests.support.ports import free_port


def value(client: Client, series: str) -> float:
    """A series' value; 0 where there is none yet."""
    found = re.search(rf"^{re.escape(series)} ([\d.e+-]+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_passed_on_requests_count_by_template_and_by_the_service_asked(client: Client) -> None:
    headers = client.headers_of()
    route = "/api/v1/grids/{grid_id}/nodes"
    served = f'http_server_request_duration_seconds_count{{method="GET",route="{route}",status="200"}}'
    asked = 'http_client_request_duration_seconds_count{method="GET",peer="topology",status="200"}'
    before = value(client, served), value(client, asked)
    for grid_id in (7, 8):
        assert client.get(f"/api/v1/grids/{grid_id}/nodes", headers=headers).status_code == 200
    assert (value(client, served), value(client, asked)) == (before[0] + 2, before[1] + 2)


def test_invented_paths_make_no_series(client: Client) -> None:
    headers = client.headers_of()
    for number in range(3):
        client.get(f"/api/v1/grids/7/invented{number}", headers=headers)
        client.request(f"MAKE{number}", "/api/v1/grids/7", headers=headers)
    text = client.get("/metrics").text
    assert "invented" not in text
    assert "MAKE" not in text


def test_sign_ins_count_by_outcome(client: Client) -> None:
    series = 'hygge_gateway_audit_events_total{{event="login_{}"}}'
    before = {outcome: value(client, series.format(outcome)) for outcome in ("failed", "succeeded")}
    wrong = {"username": "nobody-at-all", "password": "not the password"}
    assert client.post("/api/v1/auth/login", json=wrong).status_code == 401
    client.login(*ADMIN)
    assert value(client, series.format("failed")) == before["failed"] + 1
    assert value(client, series.format("succeeded")) == before["succeeded"] + 1


@pytest.mark.usefixtures("one_window")
def test_refused_requests_count_by_limit(settings: Settings) -> None:
    # Another window than those of the session's other gateways, which count in the same Redis.
    with gateway(settings.model_copy(update={"rate_limit_address": "2/day"})) as client:
        before = value(client, 'hygge_gateway_rate_limited_total{limit="address"}')
        answers = [client.get("/api/v1/grids").status_code for _ in range(4)]
        assert answers.count(429) == 2
        assert value(client, 'hygge_gateway_rate_limited_total{limit="address"}') == before + 2


def test_an_open_circuit_shows(settings: Settings) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    with gateway(settings.model_copy(update={"results_url": away, "breaker_failures": 2})) as client:
        headers = client.headers_of()
        unreachable = 'http_client_request_duration_seconds_count{method="GET",peer="results",status="unreachable"}'
        before = value(client, unreachable)
        refused = value(client, 'hygge_gateway_circuit_refusals_total{peer="results"}')
        for _ in range(4):
            assert client.get("/api/v1/results/1", headers=headers).status_code == 503
        assert value(client, unreachable) >= before + 2
        assert value(client, 'hygge_gateway_circuit_open{peer="results"}') == 1
        assert value(client, 'hygge_gateway_circuit_refusals_total{peer="results"}') > refused


def test_what_it_needs_and_what_it_signs_with_show(client: Client) -> None:
    client.login(*ADMIN)
    assert value(client, 'hygge_dependency_up{dependency="database"}') == 1
    assert value(client, "hygge_gateway_signing_key_made_timestamp_seconds") > 1.7e9
    assert value(client, "http_server_active_requests") == 0
