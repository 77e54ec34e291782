"""All series of a run as one Arrow stream."""
