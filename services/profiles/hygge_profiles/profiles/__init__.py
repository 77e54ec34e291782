"""A profile: a regular, complete series and what is known about it."""
