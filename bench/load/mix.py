"""What people read: the web app's pages, each with the requests that the web app sends for it, and how often.

The weights are an assumption (nobody has measured users yet): results are looked at most, lists in between. Requests of
a page go out together, as the web app's do. A browser of the web app would keep what it has read of an ended run for
ten minutes; here nobody keeps anything, so every page is one that was just opened.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

DAY_MEASURES = (
    "load_kw,generation_kw,storage_kw,soc_kwh,shared_local_kw,shared_grid_kw,grid_kw,curtailed_kw,unserved_kw"
)
API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: the path to send, and the route it is counted under."""

    route: str
    path: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What a user looks at when they open a page."""

    grid: dict[str, Any]
    run: int
    house: int
    profile: int
    day: str
    next_day: str


Page = Callable[[Visit], list[Ask]]


def _ask(template: str, **values: Any) -> Ask:
    """`template` with {names} filled in; the route is the template without its query."""
    return Ask(template.partition("?")[0], API + template.format(**values))


def _results(visit: Visit, *templates: str) -> list[Ask]:
    values = {"run": visit.run, "grid": visit.grid["id"], "house": visit.house, "day": visit.day}
    values |= {"next_day": visit.next_day, "measures": DAY_MEASURES}
    return [_ask("/results/{run}" + template, **values) for template in templates]


def communities(visit: Visit) -> list[Ask]:
    asks = [_ask("/auth/me"), _ask("/grids?limit=1000")]
    asks += [_ask("/runs?grid_id={grid}&limit=1", grid=visit.grid["id"])]
    return [*asks, _ask("/grids/{grid}/nodes", grid=visit.grid["id"])]


def runs(visit: Visit) -> list[Ask]:
    return [_ask("/grids?limit=1000"), _ask("/runs?limit=200")]


def overview(visit: Visit) -> list[Ask]:
    asks = _results(visit, "/summary", "", "/nodes?kind=transformer&period=run&limit=1000")
    return [*asks, _ask("/runs/{run}?include=none", run=visit.run)]


def report(visit: Visit) -> list[Ask]:
    return _results(
        visit, "/summary", "/nodes?period=run&limit=1000", "/series?measures=load_kw,generation_kw&resolution=1d"
    )


def houses(visit: Visit) -> list[Ask]:
    return _results(visit, "", "/nodes?period=run&limit=1000")


def house(visit: Visit) -> list[Ask]:
    return _results(
        visit,
        "/bills/{house}?period=run&format=json",
        "/bills/{house}?period=months&format=json",
        "/series?node_id={house}&measures=load_kwh,generation_kwh,imported_kwh,exported_kwh&resolution=1mo",
        "/flows?node_id={house}&limit=100000",
    )


def day(visit: Visit) -> list[Ask]:
    return _results(
        visit,
        "/series?node_id={house}&measures={measures}&from={day}&to={next_day}&resolution=native",
        "/series?node_id={house}&measures=load_kwh,generation_kwh&resolution=1d",
    )


def heatmap(visit: Visit) -> list[Ask]:
    return _results(visit, "/series?node_id={house}&measures=load_kw&resolution=1h")


def duration(visit: Visit) -> list[Ask]:
    return _results(visit, "/duration?node_id={house}&measure=load_kw&points=800")


def trades(visit: Visit) -> list[Ask]:
    return _results(visit, "/summary", "/flows?limit=100000", "/prices?resolution=1h")


def profiles(visit: Visit) -> list[Ask]:
    return [_ask("/profiles?limit=1000&grid_id={grid}", grid=visit.grid["id"])]


def profile(visit: Visit) -> list[Ask]:
    span = f"from={visit.day}T00:00:00Z&to={visit.next_day}T00:00:00Z"
    return [
        _ask("/profiles/{profile}", profile=visit.profile),
        _ask("/profiles/{profile}/series?resolution=native&" + span, profile=visit.profile),
    ]


def editor(visit: Visit) -> list[Ask]:
    asks = [_ask("/grids/{grid}/topology", grid=visit.grid["id"]), _ask("/flags?limit=1000")]
    return [*asks, _ask("/runs?grid_id={grid}&status=succeeded&limit=30", grid=visit.grid["id"])]


def run_form(visit: Visit) -> list[Ask]:
    return [_ask("/presets"), _ask("/priority-lists?grid_id={grid}&limit=1000", grid=visit.grid["id"])]


def own_houses(visit: Visit) -> list[Ask]:
    return [_ask("/auth/me"), _ask("/houses?limit=1000"), _ask("/runs?status=succeeded&limit=100")]


def own_results(visit: Visit) -> list[Ask]:
    return _results(visit, "", "/nodes?kind=house&period=run&limit=1000")


def own_house(visit: Visit) -> list[Ask]:
    return house(visit)[:3]


STAFF: dict[Page, int] = {
    communities: 8, runs: 10, overview: 20, report: 4, houses: 10, house: 12, day: 14, heatmap: 4, duration: 4,
    trades: 4, profiles: 3, profile: 3, editor: 2, run_form: 2,
}  # fmt: skip
HOUSEHOLD: dict[Page, int] = {own_houses: 20, own_results: 25, own_house: 25, day: 25, heatmap: 5}


def page_of(user: dict[str, Any], facts: dict[str, Any], draw: random.Random) -> list[Ask]:
    """The requests of the next page that this user opens."""
    grid = facts["grids"][draw.choice(user["grids"])]
    is_household = user["role"] == "participant"
    day_number = draw.randrange(1, facts["days"] - 1)
    first = date.fromisoformat(facts["first_day"]) + timedelta(days=day_number)
    visit = Visit(
        grid,
        draw.choice(grid["runs"]),
        grid["owned"][user["username"]] if is_household else draw.choice(grid["houses"]),
        draw.choice(grid["profiles"]),
        first.isoformat(),
        (first + timedelta(days=1)).isoformat(),
    )
    pages = HOUSEHOLD if is_household else STAFF
    return draw.choices(list(pages), list(pages.values()))[0](visit)
