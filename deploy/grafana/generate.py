"""Write the dashboards beside this file: `python deploy/grafana/generate.py`. A test compares them with the code."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import community
import engine
import system

FOLDER = Path(__file__).parent / "dashboards"


def documents() -> dict[str, str]:
    """File name → content."""
    boards = {"system": system, "engine": engine, "community": community}
    return {
        f"{name}.json": json.dumps(module.dashboard().as_json(), indent=1, ensure_ascii=False) + "\n"
        for name, module in boards.items()
    }


def main() -> None:
    """Write all of them."""
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        sys.stdout.write(f"{FOLDER / name}\n")


if __name__ == "__main__":
    main()
