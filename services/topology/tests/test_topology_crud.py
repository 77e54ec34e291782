"""Create, read, list, change, delete: every noun through the API."""

from typing import Any

import pytest

from services.topology.tests.topology_support import Callers, Client

HOUSE_DEFAULTS: dict[str, Any] = {
    "house_type": "residential",
    "flags": [],
    "min_sell_price": None,
    "max_buy_price": None,
    "sharing_key": None,
    "owner": None,
}


class Tree:
    """A grid with one transformer, house and device, made node by node."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.grid = client("POST", "/grids", 201, json={"name": "G"})["id"]
        self.transformer = client("POST", f"/grids/{self.grid}/transformers", 201, json={"name": "T"})["id"]
        self.house = client("POST", f"/transformers/{self.transformer}/houses", 201, json={"name": "H"})["id"]
        device = {"kind": "heater", "max_power_kw": 2}
        self.device = client("POST", f"/houses/{self.house}/devices", 201, json=device)["id"]

    def version(self) -> int:
        return int(self.client("GET", f"/grids/{self.grid}", 200)["version"])


@pytest.fixture
def tree(operator: Client) -> Tree:
    return Tree(operator)


def test_a_grid_is_made_read_changed_and_deleted(operator: Client) -> None:
    fields = {
        "name": "Østergade", "timezone": "Europe/Copenhagen", "currency": "DKK", "import_limit_kw": 0,
        "export_limit_kw": 12.5, "location": {"latitude": 55.7, "longitude": -12.5},
    }  # fmt: skip
    response = operator.raw("POST", "/grids", json=fields)
    grid = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/v1/grids/{grid['id']}"
    assert grid.items() >= (fields | {"version": 1, "access": "operate", "created_by": 1}).items()
    assert grid["created_at"].endswith("Z")
    path = f"/grids/{grid['id']}"
    assert operator("GET", path, 200) == grid
    changed = operator("PATCH", path, 200, json={"import_limit_kw": None, "location": None, "name": "New"})
    assert changed.items() >= {"import_limit_kw": None, "location": None, "name": "New", "version": 2}.items()
    assert changed["currency"] == "DKK"
    operator("DELETE", path, 204)
    operator("GET", path, 404)
    operator("PATCH", path, 404, json={"name": "x"})
    operator("DELETE", path, 404)


def test_transformers_houses_and_devices_live_under_their_parents(tree: Tree) -> None:
    client = tree.client
    path = f"/transformers/{tree.transformer}"
    assert client("GET", path, 200) == {"id": tree.transformer, "grid_id": tree.grid, "name": "T", "capacity_kw": None}
    assert client("PATCH", path, 200, json={"capacity_kw": 63})["capacity_kw"] == 63
    expected = {"id": tree.house, "grid_id": tree.grid, "transformer_id": tree.transformer, "name": "H"}
    assert client("GET", f"/houses/{tree.house}", 200) == expected | HOUSE_DEFAULTS
    listed = client("GET", f"/houses/{tree.house}/devices", 200)
    assert listed["items"] == [client("GET", f"/devices/{tree.device}", 200)]
    assert listed["items"][0]["kind"] == "heater"
    assert [house["id"] for house in client("GET", f"{path}/houses", 200)["items"]] == [tree.house]
    assert [house["id"] for house in client("GET", "/houses", 200, params={"grid_id": tree.grid})["items"]] == [
        tree.house
    ]
    assert [node["id"] for node in client("GET", f"/grids/{tree.grid}/transformers", 200)["items"]] == [
        tree.transformer
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/grids/{grid}", {"name": "x"}),
        ("/transformers/{transformer}", {"capacity_kw": 5}),
        ("/houses/{house}", {"owner": "ada"}),
        ("/devices/{device}", {"max_power_kw": 3}),
    ],
)
def test_a_change_is_kept_and_counts_the_version_up(tree: Tree, path: str, body: dict[str, Any]) -> None:
    before = tree.version()
    path = path.format(**vars(tree))
    changed = tree.client("PATCH", path, 200, json=body)
    assert changed.items() >= body.items()
    assert tree.client("GET", path, 200) == changed
    assert tree.version() == before + 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/grids/{grid}/transformers", {"name": "x"}),
        ("/transformers/{transformer}/houses", {"name": "x"}),
        ("/houses/{house}/devices", {"kind": "generator", "capacity_kw": 4}),
        ("/priority-lists", {"name": "x", "configuration": ["medical"]}),
    ],
)
def test_creating_and_deleting_count_the_version_up(tree: Tree, path: str, body: dict[str, Any]) -> None:
    before = tree.version()
    if path == "/priority-lists":
        body = body | {"grid_id": tree.grid}
    response = tree.client.raw("POST", path.format(**vars(tree)), json=body)
    assert response.status_code == 201
    assert tree.version() == before + 1
    location = response.headers["location"].removeprefix("/api/v1")
    assert tree.client("GET", location, 200) == response.json()
    tree.client("DELETE", location, 204)
    tree.client("GET", location, 404)
    assert tree.version() == before + 2


def test_a_refused_change_leaves_the_version(tree: Tree) -> None:
    before = tree.version()
    tree.client("PATCH", f"/transformers/{tree.transformer}", 422, json={"capacity_kw": -1})
    tree.client("POST", f"/houses/{tree.house}/devices", 422, json={"kind": "heater"})
    assert tree.version() == before


@pytest.mark.parametrize("path", ["/grids", "/transformers", "/houses"])
def test_deleting_a_node_deletes_what_hangs_under_it(tree: Tree, path: str) -> None:
    node = {"/grids": tree.grid, "/transformers": tree.transformer, "/houses": tree.house}[path]
    tree.client("DELETE", f"{path}/{node}", 204)
    tree.client("GET", f"/devices/{tree.device}", 404)
    tree.client("GET", f"/houses/{tree.house}", 404)


def test_a_house_moves_to_another_transformer_of_its_grid_only(tree: Tree) -> None:
    client = tree.client
    other = client("POST", f"/grids/{tree.grid}/transformers", 201, json={"name": "T2"})["id"]
    assert client("PATCH", f"/houses/{tree.house}", 200, json={"transformer_id": other})["transformer_id"] == other
    assert client("GET", f"/devices/{tree.device}", 200)["house_id"] == tree.house
    foreign = Tree(client).transformer
    for target in (foreign, tree.house, 10**15):
        findings = client.findings("PATCH", f"/houses/{tree.house}", json={"transformer_id": target})
        assert list(findings) == ["transformer_id"]


def test_sharing_keys_of_a_transformer_stay_within_one(tree: Tree) -> None:
    client = tree.client
    houses = f"/transformers/{tree.transformer}/houses"
    for key in (1 / 3, 1 / 3):
        client("POST", houses, 201, json={"name": "x", "sharing_key": key})
    client("PATCH", f"/houses/{tree.house}", 200, json={"sharing_key": 1 / 3})
    assert "exceed 1" in client.findings("POST", houses, json={"name": "x", "sharing_key": 0.01})["sharing_key"]
    client("PATCH", f"/houses/{tree.house}", 200, json={"sharing_key": 0.2})
    client("POST", houses, 201, json={"name": "x", "sharing_key": 0.1})


def test_lists_come_in_pages(operator: Client) -> None:
    grid = operator("POST", "/grids", 201, json={"name": "pages"})["id"]
    path = f"/grids/{grid}/transformers"
    made = [operator("POST", path, 201, json={"name": f"{n}"})["id"] for n in range(5)]
    seen, cursor = [], None
    while True:
        page = operator("GET", path, 200, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made
    operator("GET", path, 422, params={"limit": 0})
    operator("GET", path, 422, params={"cursor": "!"})


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/grids", {"name": ""}, "name"),
        ("/grids", {"name": "  "}, "name"),
        ("/grids", {"name": "a\u0000b"}, "name"),
        ("/grids", {"name": "x" * 201}, "name"),
        ("/grids", {"name": 5}, "name"),
        ("/grids", {}, "name"),
        ("/grids", {"name": "x", "timezone": "Europe/Nowhere"}, "timezone"),
        ("/grids", {"name": "x", "timezone": "../../etc/passwd"}, "timezone"),
        ("/grids", {"name": "x", "currency": "euro"}, "currency"),
        ("/grids", {"name": "x", "currency": "EUR\n"}, "currency"),
        ("/grids", {"name": "x", "import_limit_kw": -1}, "import_limit_kw"),
        ("/grids", {"name": "x", "import_limit_kw": "5"}, "import_limit_kw"),
        ("/grids", {"name": "x", "location": {"latitude": 91, "longitude": 0}}, "location.latitude"),
        ("/grids", {"name": "x", "location": {"latitude": 9}}, "location.longitude"),
        ("/grids", {"name": "x", "created_by": 2}, "created_by"),
        ("/grids/{grid}/transformers", {"name": "x", "capacity_kw": -0.5}, "capacity_kw"),
        ("/transformers/{transformer}/houses", {"name": "x", "sharing_key": 1.5}, "sharing_key"),
        ("/transformers/{transformer}/houses", {"name": "x", "flags": ["a", "a"]}, "flags"),
        ("/transformers/{transformer}/houses", {"name": "x", "flags": [1]}, "flags.0"),
        ("/transformers/{transformer}/houses", {"name": "x", "colour": "red"}, "colour"),
        ("/houses/{house}/devices", {"kind": "fridge"}, "kind"),
        ("/houses/{house}/devices", {"max_power_kw": 2}, "kind"),
        ("/houses/{house}/devices", {"kind": "heater", "max_power_kw": True}, "max_power_kw"),
        ("/flags", {"name": "x", "description": 5}, "description"),
        ("/priority-lists", {"name": "x", "configuration": "medical"}, "configuration"),
        ("/priority-lists", {"name": "x", "configuration": [None]}, "configuration.0"),
        ("/priority-lists", {"name": "x", "configuration": [{"flagg": []}]}, "configuration.0.flagg"),
    ],
)
def test_bad_fields_are_named(tree: Tree, path: str, body: dict[str, Any], field: str) -> None:
    findings = tree.client.findings("POST", path.format(**vars(tree)), json=body)
    assert list(findings) == [field]
    assert not findings[field].startswith("Value error")


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize("verb", ["POST", "PATCH"])
def test_figures_that_are_none_are_refused(tree: Tree, verb: str, figure: str) -> None:
    path = f"/grids/{tree.grid}/transformers" if verb == "POST" else f"/transformers/{tree.transformer}"
    body = f'{{"name": "x", "capacity_kw": {figure}}}'
    assert "capacity_kw" in tree.client.findings(verb, path, content=body, headers={"Content-Type": "application/json"})


def test_ids_beyond_the_database_are_not_found(operator: Client) -> None:
    operator("GET", f"/grids/{2**63 - 1}", 404)
    assert list(operator.findings("GET", f"/grids/{2**63}")) == ["grid_id"]
    assert list(operator.findings("GET", "/houses/seven")) == ["house_id"]


def test_admin_and_service_write_everywhere(callers: Callers, tree: Tree) -> None:
    for role in ("admin", "service"):
        client = callers(99, role)
        client("PATCH", f"/houses/{tree.house}", 200, json={"name": role})
        client("DELETE", f"/grids/{Tree(client).grid}", 204)
