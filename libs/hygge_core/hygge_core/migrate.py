"""`python -m hygge_core.migrate SERVICE DIRECTORY`: bring a service's schema up to date; prints what was applied.

With `--wait SECONDS` nothing is changed: it ends with 0 as soon as no migration is pending (somebody else applies
them), and with 1 after that time. Reads HYGGE_<SERVICE>_DATABASE_URL and _DATABASE_PASSWORD as the service itself does.
"""

import argparse
import sys
import time
from pathlib import Path

from peewee import PeeweeException
from pydantic import ValidationError

from hygge_core.database import connect, migrate, pending
from hygge_core.provision import SERVICES
from hygge_core.settings import DatabaseSettings, secrets_folder

WAIT_SECONDS = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hygge_core.migrate", description="Bring a schema up to date.")
    parser.add_argument("service", choices=SERVICES)
    parser.add_argument("directory", type=Path, help="the folder of the service's migrations")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="only wait until nothing is pending")
    options = parser.parse_args()
    url = _database_url(options.service)
    if options.wait is not None:
        sys.exit(_wait(url, options.service, options.directory, options.wait))
    for name in migrate(connect(url, schema=options.service, pool_size=1), options.directory, options.service):
        print(f"{options.service}: {name}")


def _database_url(service: str) -> str:
    prefix = f"HYGGE_{service.upper()}_"
    try:
        found = DatabaseSettings(_env_prefix=prefix, _secrets_dir=secrets_folder())
    except ValidationError:
        sys.exit(f"Cannot migrate, {prefix}DATABASE_URL is missing.")
    return found.database_url.get_secret_value()


def _wait(url: str, service: str, directory: Path, seconds: float) -> int:
    until = time.monotonic() + seconds
    database = connect(url, schema=service, pool_size=1)
    while True:
        try:
            left = pending(database, directory, service)
        except PeeweeException as error:
            left = [f"the database can't be read: {error}".strip()]
        if not left:
            return 0
        if time.monotonic() > until:
            print(f"{service}: still pending: {', '.join(left)}", file=sys.stderr)
            return 1
        time.sleep(WAIT_SECONDS)


if __name__ == "__main__":
    main()
