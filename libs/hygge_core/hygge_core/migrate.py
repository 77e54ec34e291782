"""`python -m hygge_core.migrate`: bring one service's schema up to date.

Reads HYGGE_MIGRATE_DATABASE_URL, HYGGE_MIGRATE_SCHEMA and HYGGE_MIGRATE_DIRECTORY; prints the applied migrations.
"""

import os
import sys
from pathlib import Path

from hygge_core.database import connect, migrate

NAMES = ("HYGGE_MIGRATE_DATABASE_URL", "HYGGE_MIGRATE_SCHEMA", "HYGGE_MIGRATE_DIRECTORY")


def main() -> None:
    missing = [name for name in NAMES if not os.environ.get(name)]
    if missing:
        sys.exit("Cannot migrate, settings are missing:\n  " + "\n  ".join(missing))
    url, schema, directory = (os.environ[name] for name in NAMES)
    for name in migrate(connect(url, schema=schema, pool_size=1), Path(directory), schema):
        print(f"{schema}: {name}")


if __name__ == "__main__":
    main()
