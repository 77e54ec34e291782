"""Signing in: access tokens, refresh tokens that rotate, service tokens."""
