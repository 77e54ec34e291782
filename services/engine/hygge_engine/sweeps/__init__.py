"""Sweeps: one base run, lists of values, and a table of outcomes."""
