"""Names of time zones in requests."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


def known_timezone(name: str) -> str:
    """An IANA name; ValueError otherwise."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no IANA time zone such as Europe/Berlin") from error
    return name


ZoneName = Annotated[str, AfterValidator(known_timezone)]
