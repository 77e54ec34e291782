"""Passwords: argon2id (RFC 9106, low-memory profile of argon2-cffi), and what is too easy to guess.

Rules follow NIST SP 800-63B, 5.1.1: at least 8 characters, no rules of composition, refused when commonly used.
"""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
MAX_LENGTH = 256
# Each hash takes 64 MiB and some tens of milliseconds of all its lanes: more at once only makes all of them slow.
_AT_ONCE = threading.BoundedSemaphore(4)
_HASHER = PasswordHasher()
# Verified when the user is unknown, so that both answers take equally long.
_NOBODY = _HASHER.hash("the password of nobody")

_COMMON = frozenset(
    word
    for line in (
        "password password1 password12 password123 password1234 passw0rd p@ssw0rd p@ssword 12345678 123456789",
        "1234567890 0123456789 87654321 11111111 00000000 88888888 12341234 11223344 1q2w3e4r 1q2w3e4r5t qwertyui",
        "qwertyuiop qwerty123 qwerty12 qwertz123 qwertzui qwertzuiop asdfghjk asdfghjkl zxcvbnm1 1qaz2wsx iloveyou",
        "sunshine princess football baseball superman batman123 trustno1 starwars whatever computer michelle jennifer",
        "internet letmein1 letmein123 welcome1 welcome123 admin123 admin1234 administrator changeme changeme1",
        "changeme123 secret123 default1 guest123 abc12345 abcd1234 abcdefgh abcdefg1 a1b2c3d4 monkey123 dragon123",
        "master123 passwort passwort1 passwort123 hallo123 geheim123 schatz123 fussball liverpool charlie1 samsung1",
        "michael1 hygge123 hyggehygge",
    )
    for word in line.split()
)


def hash_password(password: str) -> str:
    """The argon2id hash, with its parameters and salt."""
    with _AT_ONCE:
        return str(_HASHER.hash(password))


def verify(password_hash: str | None, password: str) -> bool:
    """True if the password fits; takes equally long without a user (None) or without a password (empty)."""
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    # A user without a password has an empty hash, and was compared with nobody's.
    return bool(password_hash)


def is_outdated(password_hash: str) -> bool:
    """True if the hash was made with other parameters than today's."""
    return bool(_HASHER.check_needs_rehash(password_hash))


def weakness(password: str, username: str) -> str | None:
    """Why a new password is refused, or None."""
    lowered = password.lower()
    if len(password) < MIN_LENGTH:
        return f"too short: at least {MIN_LENGTH} characters"
    if len(password) > MAX_LENGTH:
        return f"too long: at most {MAX_LENGTH} characters"
    if lowered in _COMMON:
        return "one of the most used passwords; choose another"
    if len(set(lowered)) < 4:
        return "too simple: at least 4 different characters"
    if username.lower() in lowered:
        return "contains the user name"
    return None
