"""The append-only log of what matters for security."""
