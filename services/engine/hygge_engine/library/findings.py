"""What is wrong with an input, all of it at once, as text with paths."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from hygge_core.errors import Finding, InvalidInput


class InputError(InvalidInput):
    """The input is wrong; its text lists every finding as `path: message`, `findings` has them one by one."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__(list(findings))
        self.detail = "\n".join(
            f"{item.field}: {item.message}" if item.field else item.message for item in self.findings
        )

    def __str__(self) -> str:
        return self.detail


def findings_of(error: ValidationError, prefix: str = "") -> list[Finding]:
    """Everything pydantic found; `prefix` is the place of what was validated."""
    return [
        Finding(".".join([prefix, *map(str, item["loc"])]).strip("."), item["msg"].removeprefix("Value error, "))
        for item in error.errors(include_url=False)
    ]


def raise_if(findings: list[Finding]) -> None:
    """InputError unless there is nothing to say."""
    if findings:
        raise InputError(findings)


def text_of(value: Any) -> str:
    """A value from a file in a message: short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
