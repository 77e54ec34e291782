"""TLS between services: public authorities and our own one."""

import ssl
from functools import cache
from pathlib import Path

import certifi


@cache
def client_context(authority_file: Path) -> ssl.SSLContext:
    """Checks certificates against the well-known authorities and those in `authority_file` (PEM)."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_verify_locations(authority_file)
    return context
