"""Signing in at an OpenID Connect provider, and which of its subjects is which user here."""
