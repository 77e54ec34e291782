"""The topology service: what exists in a community."""
