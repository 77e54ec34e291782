"""Prices of local trades."""
