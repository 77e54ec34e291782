"""What the load reads: communities with runs that have ended, and a hundred users with different rights to them."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.e2e.client import Api, sign_in
from tests.e2e.communities import START, period, set_up, sunny_village

GRIDS = 4
RUNS_PER_GRID = 2
HOUSES = 40
DAYS = 60
# Who is signed in: households, people who look, people who run communities.
USERS = {"participant": 35, "viewer": 40, "operator": 25}
PASSWORD_BYTES = 16
# Passwords are slow to hash, by intent.
MAKERS = 4


def prepare(url: str, username: str, password: str) -> dict[str, Any]:
    """Set everything up through the public API; what the load generator needs to know, as JSON."""
    with sign_in(url, username, password) as admin:
        grids = [_grid(admin, number) for number in range(GRIDS)]
        wanted = [(role, number) for role, count in USERS.items() for number in range(count)]
        with ThreadPoolExecutor(MAKERS) as pool:
            users = list(pool.map(lambda entry: _user(admin, grids, *entry), wanted))
    return {"url": url, "first_day": START.date().isoformat(), "days": DAYS, "grids": grids, "users": users}


def household(number: int) -> str:
    """The user name of a household; houses name their owner by it."""
    return f"household-{number}"


def _grid(admin: Api, number: int) -> dict[str, Any]:
    document, profiles = sunny_village(HOUSES, DAYS, seed=number)
    document["name"] = f"village {number}"
    houses = [house for transformer in document["transformers"] for house in transformer["houses"]]
    for position in range(number, USERS["participant"], GRIDS):
        houses[position]["owner"] = household(position)
    built = set_up(admin, document, profiles)
    # The local midnight after the last step is not in the run.
    runs = [admin.run(grid_id=built.grid_id, **period(DAYS * 96))["id"] for _ in range(RUNS_PER_GRID)]
    assigned = admin("GET", f"/grids/{built.grid_id}/assignments", params={"limit": 1000})["items"]
    return {
        "id": built.grid_id,
        "runs": runs,
        "houses": list(built.houses.values()),
        "transformers": list(built.transformers.values()),
        "owned": {household(n): list(built.houses.values())[n] for n in range(number, USERS["participant"], GRIDS)},
        "profiles": sorted({entry["profile_id"] for entry in assigned}),
    }


def _user(admin: Api, grids: list[dict[str, Any]], role: str, number: int) -> dict[str, Any]:
    """A user who may see one or two communities (a household: its own house in one)."""
    name = household(number) if role == "participant" else f"{role}-{number}"
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user = admin("POST", "/users", json={"username": name, "password": password, "role": role})
    seen = [number % len(grids)]
    if role != "participant":
        seen += [(number + 1) % len(grids)] if number % 3 == 0 else []
        for grid in seen:
            access = "operate" if role == "operator" else "view"
            admin("POST", f"/users/{user['id']}/grants", json={"grid_id": grids[grid]["id"], "access": access})
    return {"username": name, "password": password, "role": role, "grids": seen}
