"""What a provider's claims mean here: a role, a user name, contact data. Pure functions."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from hygge_gateway.users.schemas import DisplayName, Email, Username, UserRole

Claims = Mapping[str, Any]

# Who has several roles gets the one that may most.
_BY_POWER: tuple[UserRole, ...] = ("admin", "operator", "viewer", "participant")
_USERNAME = TypeAdapter[str](Username)
_EMAIL = TypeAdapter[str](Email)
_DISPLAY_NAME = TypeAdapter[str](DisplayName)
_LONGEST_NAME = 64


def value_at(claims: Claims, path: str) -> Any:
    """The claim of this name, else what the dots in it lead to (`realm_access.roles`); None if there is none."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return None
        found = found[part]
    return found


def role_of(claims: Claims, path: str, role_map: Mapping[str, UserRole]) -> UserRole | None:
    """Our role of what the provider tells at `path` (a name or a list of names); None if no name is in the map."""
    told = value_at(claims, path)
    names = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    ours = {role_map[name] for name in names if isinstance(name, str) and name in role_map}
    return next((role for role in _BY_POWER if role in ours), None)


def username_of(claims: Claims, path: str) -> str:
    """A user name that is allowed here: the claim itself, else its nearest spelling, else one from the subject."""
    told = value_at(claims, path)
    wished = told if isinstance(told, str) else ""
    for candidate in (wished, _spelt(wished)):
        if (name := _valid(_USERNAME, candidate)) is not None:
            return name
    # The subject is unique at the provider and may be long or private: only its hash is shown.
    return f"user-{hashlib.sha256(str(claims['sub']).encode()).hexdigest()[:12]}"


def contact_of(claims: Claims) -> dict[str, str | None]:
    """E-mail and display name, where they can be stored."""
    return {
        "email": _valid(_EMAIL, claims.get("email")),
        "display_name": _valid(_DISPLAY_NAME, claims.get("name")),
    }


def _spelt(text: str) -> str:
    """In the letters that user names have: `Jörg Müller` becomes `Jorg-Muller`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._@-]+", "-", plain).strip("-._@")[:_LONGEST_NAME]


def _valid(adapter: TypeAdapter[str], value: Any) -> str | None:
    try:
        return adapter.validate_python(value, strict=True)
    except ValidationError:
        return None
