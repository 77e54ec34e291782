"""`python -m hygge_gateway.audit.verify`: follow the whole audit log and say whether it is as it was written.

Reads HYGGE_GATEWAY_DATABASE_URL and _DATABASE_PASSWORD, or `--database-url-file` with the URL of anybody who may read
the table. Ends with 0 (all entries fit), 1 (one does not; it is named), 2 (it could not be checked).

Who can write the table can make a whole new chain: only heads that were kept elsewhere show that. They come as
`--head POSITION:HASH` or as a file: one such head a line, or the gateway's own log (lines whose event is "audit head").
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import psycopg2
from peewee import PeeweeException
from pydantic import ValidationError

from hygge_core.database import connect
from hygge_core.errors import HyggeError
from hygge_core.settings import DatabaseSettings, secrets_folder
from hygge_gateway.audit import service
from hygge_gateway.audit.anchors import ANCHOR_EVENT
from hygge_gateway.audit.chain import Checker, Head
from hygge_gateway.base import SCHEMA, database

_HEAD = re.compile(r"\d+:[0-9a-f]{64}")


def main() -> None:
    options = _options()
    try:
        anchors = [*options.head, *(head for path in options.anchors for head in anchors_in(path))]
        url = options.database_url_file.read_text().strip() if options.database_url_file else _own_url()
    except (OSError, ValueError) as error:
        sys.exit(_cannot(error))
    database.initialize(connect(url, schema=SCHEMA, pool_size=1))
    try:
        checker = service.verify_all(anchors)
    except (HyggeError, PeeweeException, psycopg2.Error) as error:
        sys.exit(_cannot(error))
    print(told(checker, len(anchors)))
    sys.exit(0 if checker.broken is None else 1)


def told(checker: Checker, anchors: int) -> str:
    """The outcome in words; the last line is the head to keep."""
    if checker.broken is not None:
        entry = f" (id {checker.broken.entry_id})" if checker.broken.entry_id is not None else ""
        return f"BROKEN at entry {checker.broken.position}{entry}: {checker.broken.reason}.\n{checker.head}"
    with_what = f"and {anchors} anchors fit" if anchors else "fit; no anchor was given, so the end could be cut off"
    return f"{checker.checked} entries {with_what}.\n{checker.head}"


def anchors_in(path: Path) -> Iterator[Head]:
    """The heads in a file; lines that have none are passed over, a file without any is a mistake."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        found = list(_heads(lines))
    if not found:
        raise ValueError(f"{path} has no head in it.")
    yield from found


def _heads(lines: Iterable[str]) -> Iterator[Head]:
    for line in lines:
        # Container runtimes put their own words in front of a log line.
        logged = line[line.index("{") :] if "{" in line else ""
        try:
            entry = json.loads(logged) if logged else None
        except json.JSONDecodeError:
            continue
        if isinstance(entry, dict) and entry.get("event") == ANCHOR_EVENT:
            yield Head.parse(str(entry.get("head")))
        elif _HEAD.fullmatch(line.strip()):
            yield Head.parse(line)


def _own_url() -> str:
    try:
        found = DatabaseSettings(_env_prefix="HYGGE_GATEWAY_", _secrets_dir=secrets_folder())
    except ValidationError:
        raise ValueError("HYGGE_GATEWAY_DATABASE_URL is missing.") from None
    return found.database_url.get_secret_value()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hygge_gateway.audit.verify", description=__doc__)
    parser.add_argument("--head", type=Head.parse, action="append", default=[], help="a head kept elsewhere")
    parser.add_argument("--anchors", type=Path, action="append", default=[], help="a file with heads")
    parser.add_argument("--database-url-file", type=Path, help="in place of the gateway's settings")
    return parser.parse_args()


def _cannot(error: Exception) -> int:
    print(f"Cannot verify the audit log: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    main()
