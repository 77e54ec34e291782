"""Which house follows which profile, and how many times over."""
