"""What tests do that need a container engine and find none."""

import os
from typing import NoReturn

import pytest


def cannot(what: str, reason: str) -> NoReturn:
    """Skip with the reason, or fail where nothing may be skipped."""
    text = f"needs {what}, but {reason}"
    if os.environ.get("HYGGE_REQUIRE_CONTAINERS") == "1":
        pytest.fail(text)
    pytest.skip(text)
