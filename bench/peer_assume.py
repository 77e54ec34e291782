"""One day of a community in `assume-framework`, for `bench/peers.py`; runs in that package's own environment.

`python peer_assume.py input.npz` prints one line of JSON. The input holds `load_kw` and `generation_kw` (houses x
steps), `step_minutes`, `retail` and `feed_in` (currency per kWh), and `one_agent` (bool). Every house is a demand
unit and, where it generates, a power plant, all in one local pay-as-clear market that is cleared once a step. A
supplier sells without limit at the retail price and buys without limit at the feed-in price. With `one_agent` a
single operator bids for all houses, which spares ASSUME most of its messages; otherwise each house is an agent of
its own. Nothing is written to disk or a database: only the simulation is measured.
"""

import json
import os
import platform
import random
import sys
import time
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ["TQDM_DISABLE"] = "1"  # the progress bar is not part of what we measure

import numpy as np
from assume import World
from assume.common.fast_pandas import FastIndex
from assume.common.forecaster import DemandForecaster, PowerplantForecaster
from assume.common.market_objects import MarketConfig, MarketProduct
from dateutil import rrule
from dateutil.relativedelta import relativedelta

MARKET = "local"
DAY = datetime(2016, 6, 15)
KW_PER_MW = 1000.0
SUPPLIER_SHARE = 10.0  # the supplier can deliver this many times the community's peak: never a limit


def cpu_seconds() -> float:
    """CPU time of this process and the children it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def add_market(world: World, start: datetime, end: datetime, step: timedelta) -> None:
    """Open an auction every step; it clears when the step it trades begins."""
    minutes = int(step.total_seconds() // 60)
    world.add_market_operator("market_operator")
    world.add_market(
        "market_operator",
        MarketConfig(
            market_id=MARKET,
            opening_hours=rrule.rrule(rrule.MINUTELY, interval=minutes, dtstart=start, until=end),
            opening_duration=step,
            market_mechanism="pay_as_clear",
            market_products=[MarketProduct(relativedelta(minutes=minutes), 1, relativedelta(minutes=minutes))],
        ),
    )


def add_demand(world: World, index: FastIndex, unit: str, operator: str, power_mw: Any, price_per_mwh: float) -> None:
    """Add a unit that buys up to `power_mw` (float[steps], positive) at no more than the price."""
    parameters = {
        "max_power": -float(np.max(power_mw)),
        "min_power": 0.0,
        "technology": "demand",
        "price": price_per_mwh,
        "bidding_strategies": {MARKET: "demand_energy_naive"},
    }
    world.add_unit(unit, "demand", operator, parameters, DemandForecaster(index, demand=-power_mw))


def add_plant(world: World, index: FastIndex, unit: str, operator: str, power_mw: Any, price_per_mwh: float) -> None:
    """Add a unit that sells up to `power_mw` (float[steps]) at no less than the price."""
    peak = float(np.max(power_mw))
    parameters = {
        "max_power": peak,
        "min_power": 0.0,
        "technology": "solar",
        "additional_cost": price_per_mwh,
        "bidding_strategies": {MARKET: "powerplant_energy_naive"},
    }
    world.add_unit(unit, "power_plant", operator, parameters, PowerplantForecaster(index, availability=power_mw / peak))


def build(load_kw: Any, generation_kw: Any, step: timedelta, retail: float, feed_in: float, one_agent: bool) -> World:
    """Make the world: the houses' operators (agents), one for each house or one for all, and the supplier's."""
    steps = load_kw.shape[1]
    start, end = DAY - step, DAY + steps * step  # the first auction opens one step before the day
    index = FastIndex(start=start, end=end, freq=step)
    world = World(log_level="ERROR")
    world.setup(start=start, end=end, simulation_id="peer", save_frequency_hours=None)
    add_market(world, start, end, step)

    def on_index(power_kw: Any) -> Any:
        return np.concatenate(([0.0], power_kw, [0.0])) / KW_PER_MW

    for house, (load, generation) in enumerate(zip(load_kw, generation_kw, strict=True)):
        operator = "houses" if one_agent else f"house_{house}"
        if operator not in world.unit_operators:
            world.add_unit_operator(operator)
        if load.any():
            # a house's load is not elastic: it bids the market's highest price
            add_demand(world, index, f"load_{house}", operator, on_index(load), 3000.0)
        if generation.any():
            add_plant(world, index, f"pv_{house}", operator, on_index(generation), feed_in * KW_PER_MW)
    world.add_unit_operator("supplier")
    unlimited = np.full(steps, SUPPLIER_SHARE * max(load_kw.sum(0).max(), generation_kw.sum(0).max()))
    add_plant(world, index, "retail", "supplier", on_index(unlimited), retail * KW_PER_MW)
    add_demand(world, index, "feed_in", "supplier", on_index(unlimited), feed_in * KW_PER_MW)
    return world


def sold_kwh(world: World, operator: str, unit: str, step_hours: float) -> float:
    """What the unit traded over the day; negative if it bought."""
    traded = world.unit_operators[operator].units[unit].outputs["energy"].data
    return float(traded.sum()) * KW_PER_MW * step_hours


def main() -> None:
    with np.load(Path(sys.argv[1])) as data:
        load_kw, generation_kw = data["load_kw"].astype(float), data["generation_kw"].astype(float)
        step = timedelta(minutes=int(data["step_minutes"]))
        retail, feed_in, one_agent = float(data["retail"]), float(data["feed_in"]), bool(data["one_agent"])
    random.seed(0)  # ASSUME breaks ties between equal bids at random
    begin = cpu_seconds()
    world = build(load_kw, generation_kw, step, retail, feed_in, one_agent)
    built = cpu_seconds()
    wall = time.perf_counter()
    world.run()
    wall = time.perf_counter() - wall
    done = cpu_seconds()
    hours = step.total_seconds() / 3600
    bought = sum(
        sold_kwh(world, operator, unit, hours)
        for operator, agent in world.unit_operators.items()
        for unit in agent.units
        if unit.startswith("load_")
    )
    result = {
        "setup_cpu_s": built - begin,
        "run_cpu_s": done - built,
        "run_wall_s": wall,
        "agents": len(world.unit_operators),
        "units": sum(len(agent.units) for agent in world.unit_operators.values()),
        "load_kwh": -bought,
        "imported_kwh": sold_kwh(world, "supplier", "retail", hours),
        "exported_kwh": -sold_kwh(world, "supplier", "feed_in", hours),
        "version": version("assume-framework"),
        "python": platform.python_version(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
