"""The embedded runtime: PostgreSQL, Redis, the five services and the workers as plain processes of one machine."""

from hygge_local.runtime import Runtime, RuntimeSettings

__all__ = ["Runtime", "RuntimeSettings"]
