"""Tokens that were checked once are not checked again, and are forgotten when they end or when keys are asked for."""

import asyncio
import time
from typing import Any

import pytest

from hygge_core import auth
from hygge_core.auth import TokenVerifier
from hygge_core.errors import NotAuthenticated
from tests.support.tokens import TokenMaker


class Counted:
    """A JWKS from which the key can be taken away; counts signature checks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.maker = TokenMaker()
        self.is_gone = False
        self.checked = 0
        decode = auth.jwt.decode

        def counted(*arguments: Any, **options: Any) -> Any:
            self.checked += 1
            return decode(*arguments, **options)

        monkeypatch.setattr(auth.jwt, "decode", counted)
        self.verifier = TokenVerifier(self._fetch, issuer="hygge", audience="hygge")

    async def _fetch(self) -> dict[str, Any]:
        if not self.is_gone:
            return self.maker.jwks()
        return {"keys": [{**TokenMaker().jwks()["keys"][0], "kid": "the next one"}]}

    def verify(self, token: str) -> auth.Principal:
        return asyncio.run(self.verifier.verify(token))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def test_the_signature_of_a_token_is_checked_once(counted: Counted) -> None:
    token, other = counted.maker.token(1), counted.maker.token(2)
    assert [counted.verify(token).user_id for _ in range(5)] == [1] * 5
    assert counted.verify(other).user_id == 2
    assert counted.checked == 2


def test_a_bad_token_is_never_remembered(counted: Counted) -> None:
    head, body, signature = counted.maker.token(1).split(".")
    counted.verify(f"{head}.{body}.{signature}")
    for _ in range(2):
        with pytest.raises(NotAuthenticated):
            counted.verify(f"{head}.{body}.{'A' * len(signature)}")
    assert counted.checked == 3


def test_a_remembered_token_ends_when_it_says(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = int(time.time()) + 600
    token = counted.maker.token(1, exp=ends)
    assert [counted.verify(token).user_id for _ in range(2)] == [1, 1]
    assert counted.checked == 1
    # From its end on it's looked at again each time, which the clock skew lets pass for a while.
    monkeypatch.setattr(time, "time", lambda: float(ends))
    assert [counted.verify(token).user_id for _ in range(2)] == [1, 1]
    assert counted.checked == 3
    monkeypatch.setattr(time, "time", lambda: ends + auth.CLOCK_SKEW_SECONDS + 1.0)
    with pytest.raises(NotAuthenticated):
        counted.verify(token)


def test_nothing_is_left_of_a_key_that_was_taken_away(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    token = counted.maker.token(1)
    counted.verify(token)
    counted.is_gone = True
    monkeypatch.setattr(auth, "REFRESH_INTERVAL_SECONDS", 0.0)
    monkeypatch.setattr(auth, "MAX_AGE_SECONDS", 0.0)
    with pytest.raises(NotAuthenticated):
        counted.verify(token)


def test_the_memory_is_bounded(counted: Counted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "MAX_REMEMBERED", 3)
    tokens = [counted.maker.token(number) for number in range(1, 6)]
    for token in tokens:
        counted.verify(token)
    assert len(counted.verifier._good) == 3
    assert counted.verify(tokens[0]).user_id == 1
