"""Bills per house, month and run."""
