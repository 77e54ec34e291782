"""Draw `week.png`: a June week of the SimBench example, from the public API of a running Hygge.

Needs matplotlib (`.venv/bin/uv pip install matplotlib`) and the run of `make demo`, which stays up:
`.venv/bin/python docs/pictures/week.py http://127.0.0.1:8080 PASSWORD`.
"""

import sys
from pathlib import Path
from typing import Any

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np

from hygge_local.client import Api

MEASURES = "load_kw,generation_kw,charge_kw,discharge_kw,soc_kwh,bought_kw,import_kw,export_kw"
FROM, TO = "2016-06-05T22:00:00Z", "2016-06-12T22:00:00Z"


def main() -> None:
    """Fetch and draw."""
    url, password = sys.argv[1:3]
    with Api(url, "admin", password) as api:
        run = max(api.items("/runs"), key=lambda run: int(run["id"]))
        query = {"node_id": run["grid_id"], "measures": MEASURES, "from": FROM, "to": TO, "resolution": "15m"}
        draw(api.get(f"/results/{run['id']}/series", params=query))


def draw(series: dict[str, Any]) -> None:
    """Two panels: where the load's energy came from, and what the batteries held."""
    kw = {name: np.asarray(values) for name, values in series["values"].items()}
    count = len(kw["load_kw"])
    times = np.datetime64(series["start"].removesuffix("Z")) + np.arange(count) * np.timedelta64(15, "m")
    own = np.maximum(kw["load_kw"] - kw["import_kw"] - kw["bought_kw"], 0)
    plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})
    figure, (power, energy) = plt.subplots(2, 1, figsize=(10, 5.2), height_ratios=(3, 1), sharex=True)
    power.stackplot(
        times, own, kw["bought_kw"], kw["import_kw"], colors=["#f2b134", "#3c9d72", "#9db4c8"],
        labels=["own sun and battery", "shared by neighbours, also into batteries", "imported"],
    )  # fmt: skip
    power.plot(times, kw["load_kw"], color="#22303c", linewidth=1, label="load")
    if kw["export_kw"].any():
        power.fill_between(times, -kw["export_kw"], 0, color="#d96c5f", label="exported")
    power.set_ylabel("kW")
    power.set_title("A June week of 104 houses behind one transformer (SimBench semi-urban)", loc="left")
    power.legend(ncols=5, frameon=False, loc="upper left", fontsize=9)
    power.set_ylim(top=kw["load_kw"].max() * 1.25)
    energy.fill_between(times, kw["soc_kwh"], color="#7a6bb0")
    energy.set_ylabel("stored kWh")
    energy.xaxis.set_major_locator(mdates.DayLocator())
    energy.xaxis.set_major_formatter(mdates.DateFormatter("%a %d %b"))
    figure.tight_layout()
    figure.savefig(Path(__file__).with_name("week.png"), dpi=110)


if __name__ == "__main__":
    main()
