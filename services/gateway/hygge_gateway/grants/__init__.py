"""Grids that a user was given beside those they created."""
