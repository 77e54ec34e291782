"""Grids: the roots of the tree."""
