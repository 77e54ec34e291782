"""Houses: children of a transformer."""
