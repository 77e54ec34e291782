"""Settings: from the environment and from files, and secrets that are refused outside DEV."""

import importlib
import json
from pathlib import Path
from typing import Any, get_args, get_origin
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from hygge_core.provision import SERVICES
from hygge_core.settings import (
    LEAST_SECRET_CHARACTERS,
    LEAST_SECRET_LENGTH,
    SECRETS_VARIABLE,
    WELL_KNOWN,
    CoreSettings,
    RedisSettings,
    SettingsError,
    weakness,
    with_password,
)

GOOD = "xK9-v2Qm_7Lr4TzPwA0b"
OUTSIDE = ("TEST", "INT", "PROD")
PREFIX = "HYGGE_SAMPLE_"


class Sample(CoreSettings, RedisSettings):
    """Every form in which a secret may come."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    plain: SecretStr | None = None
    clients: dict[str, SecretStr] = Field(default_factory=dict)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment with what every service needs, and an empty folder of secrets."""
    for name, value in {
        "PORT": "1",
        "DATABASE_URL": f"postgresql://u:{GOOD}@h/d",
        "JWKS_URL": "http://h/jwks",
        "REDIS_URL": f"redis://:{GOOD}@h/0",
    }.items():
        monkeypatch.setenv(PREFIX + name, value)
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv(SECRETS_VARIABLE, str(folder))
    return folder


def refusal(**settings: str) -> str:
    """What stops the start with these settings; empty when nothing does."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(PREFIX + name, value)
        try:
            Sample.load()
        except SettingsError as error:
            return str(error)
    return ""


PLACES = {
    "PLAIN": lambda secret: secret,
    "CLIENTS": lambda secret: json.dumps({"fine": GOOD, "weak": secret}),
    "DATABASE_URL": lambda secret: f"postgresql://user:{quote(secret, safe='')}@host:5432/hygge",
    "REDIS_URL": lambda secret: f"redis://:{quote(secret, safe='')}@host:6379/0",
    "DATABASE_PASSWORD": lambda secret: secret,
    "REDIS_PASSWORD": lambda secret: secret,
}
WEAK = [
    "xY7-b0",
    "changeme-changeme-1234",
    "aaaaaaaaaaaaaaaaaaaaaaa",
    "my-Password-is-very-long",
    "hygge-hygge-hygge-12",
]


@pytest.mark.parametrize("environment", OUTSIDE)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", WEAK)
def test_a_weak_secret_is_refused_wherever_it_is_and_never_told(environment: str, place: str, secret: str) -> None:
    told = refusal(ENVIRONMENT=environment, **{place: PLACES[place](secret)})
    # A password that comes apart is named by itself or by the URL that it was put into.
    assert f"{PREFIX}{place}: " in told or f"{PREFIX}{place.replace('PASSWORD', 'URL')}: " in told
    assert secret not in told
    assert GOOD not in told
    assert refusal(ENVIRONMENT="DEV", **{place: PLACES[place](secret)}) == ""


@pytest.mark.parametrize("environment", OUTSIDE)
def test_good_secrets_start(environment: str) -> None:
    assert refusal(ENVIRONMENT=environment, **{place: make(GOOD) for place, make in PLACES.items()}) == ""


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=40))
@hypothesis_settings(max_examples=300)
def test_what_is_weak(secret: str) -> None:
    known = any(word in secret.lower() for word in WELL_KNOWN)
    weak = len(secret) < LEAST_SECRET_LENGTH or len(set(secret)) < LEAST_SECRET_CHARACTERS or known
    assert (weakness(secret) is not None) is weak


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=LEAST_SECRET_LENGTH - 1))
@hypothesis_settings(max_examples=100)
def test_any_short_password_is_found_in_a_url(secret: str) -> None:
    assume("$" not in secret)
    sample = Sample(environment="PROD", database_url=PLACES["DATABASE_URL"](secret), clients={"a": secret})
    assert [name for name, _fault in sample.weak_secrets()] == ["database_url", "clients"]
    moved = with_password("postgresql://user:old@host:5432/hygge?sslmode=require", SecretStr(secret))
    sample = Sample(environment="PROD", database_url=moved)
    assert [name for name, _fault in sample.weak_secrets()] == ["database_url"]


def _holds_secrets(annotation: Any) -> bool:
    if annotation is SecretStr:
        return True
    return get_origin(annotation) is not None and any(_holds_secrets(part) for part in get_args(annotation))


@pytest.mark.parametrize("service", SERVICES)
def test_every_secret_setting_of_every_service_is_looked_at(service: str) -> None:
    """A new SecretStr can't be forgotten: each, made weak, is named."""
    model = importlib.import_module(f"hygge_{service}.settings").Settings
    secrets = [name for name, field in model.model_fields.items() if _holds_secrets(field.annotation)]
    assert "database_url" in secrets
    for name in secrets:
        annotation = model.model_fields[name].annotation
        weak: Any = {"a": SecretStr("weak")} if "dict" in str(annotation) else SecretStr("weak")
        others = dict.fromkeys(model.model_fields)
        settings = model.model_construct(**(others | {"environment": "PROD", name: weak}))
        assert name in [found for found, _fault in settings.weak_secrets()], name


def test_everything_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}PROCESES", "4")
    monkeypatch.setenv(f"{PREFIX}DATABASE_POOL_SIZE", "many")
    monkeypatch.delenv(f"{PREFIX}JWKS_URL")
    told = refusal()
    assert [line.split(":")[0].strip() for line in told.splitlines()[1:]] == [
        f"{PREFIX}{name}" for name in ("DATABASE_POOL_SIZE", "JWKS_URL", "PROCESES")
    ]


def test_a_secret_may_be_a_file(clean: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (clean / f"{PREFIX.lower()}plain").write_text(GOOD + "\n")
    (clean / f"{PREFIX.lower()}database_password").write_text("p@ss/w:rd-1234567890\n")
    monkeypatch.setenv(f"{PREFIX}DATABASE_URL", "postgresql://user@host/hygge")
    settings = Sample.load()
    assert settings.plain is not None
    assert settings.plain.get_secret_value() == GOOD
    assert settings.database_url.get_secret_value() == "postgresql://user:p%40ss%2Fw%3Ard-1234567890@host/hygge"
    # What is in the environment comes before what is in a file.
    monkeypatch.setenv(f"{PREFIX}PLAIN", GOOD[::-1])
    again = Sample.load().plain
    assert again is not None
    assert again.get_secret_value() == GOOD[::-1]


def test_secrets_are_in_no_text_of_the_settings() -> None:
    told = repr(Sample(plain=SecretStr(GOOD), clients={"a": SecretStr(GOOD)}))
    assert GOOD not in told
