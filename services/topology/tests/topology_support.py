"""Callers by role, and a small community to try things on."""

from typing import Any

from fastapi.testclient import TestClient

from tests.support.tokens import TokenMaker

API = "/api/v1"


class Client:
    """A caller: each request carries its token."""

    def __init__(self, http: TestClient, headers: dict[str, str]) -> None:
        self.http = http
        self.headers = headers

    def __call__(self, method: str, path: str, expect: int | None = None, **options: Any) -> Any:
        """The JSON of the answer (None without one); `expect` is the status it must have."""
        response = self.raw(method, path, **options)
        assert expect is None or response.status_code == expect, response.text
        return response.json() if response.content else None

    def raw(self, method: str, path: str, **options: Any) -> Any:
        headers = self.headers | options.pop("headers", {})
        return self.http.request(method, API + path, headers=headers, **options)

    def findings(self, method: str, path: str, **options: Any) -> dict[str, str]:
        """Field → message of a refused request."""
        problem = self(method, path, expect=422, **options)
        return {error["field"]: error["message"] for error in problem["errors"]}


class Callers:
    """Clients by role."""

    def __init__(self, http: TestClient, tokens: TokenMaker) -> None:
        self.http = http
        self.tokens = tokens

    def __call__(self, user_id: int = 1, role: str = "operator", **claims: Any) -> Client:
        return Client(self.http, self.tokens.headers(user_id, role, **claims))


def community(**changes: Any) -> dict[str, Any]:
    """A document with two transformers, three houses, devices and a priority list."""
    document: dict[str, Any] = {
        "format": "hygge-community/1",
        "id": "g",
        "name": "Hygge Street",
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "import_limit_kw": 250.0,
        "export_limit_kw": None,
        "location": {"latitude": 52.52, "longitude": 13.4},
        "flags": [{"name": "school", "description": "A school"}, {"name": "medical", "description": "Oxygen"}],
        "transformers": [
            {
                "id": "north",
                "name": "North",
                "capacity_kw": 100.0,
                "houses": [
                    {
                        "id": 7,
                        "name": "No. 7",
                        "house_type": "residential",
                        "flags": ["medical", "prosumer"],
                        "min_sell_price": 0.09,
                        "max_buy_price": 0.31,
                        "sharing_key": 0.5,
                        "owner": "ada",
                        "devices": [
                            {"id": "pv", "kind": "solar_panel", "name": "Roof", "capacity_kwp": 6.4, "inverter_kw": 6},
                            {
                                "id": "bat",
                                "kind": "battery",
                                "capacity_kwh": 10,
                                "max_charge_kw": 5,
                                "max_discharge_kw": 5,
                                "min_soc": 0.1,
                            },
                        ],
                    },
                    {"id": "9", "name": "No. 9", "house_type": "business", "flags": ["school"], "owner": "bob"},
                ],
            },
            {"id": "south", "name": "South", "houses": [{"id": 8, "name": "No. 8", "devices": []}]},
        ],
        "priority_lists": [
            {"id": "p", "name": "Medical first", "configuration": ["medical", {"houses": ["9"]}, [8, "essential"]]}
        ],
    }
    return document | changes
