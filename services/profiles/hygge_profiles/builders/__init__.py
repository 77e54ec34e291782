"""Profiles made from a named builder and its parameters; each formula is in a file named after its subject."""
