"""Runs: what was asked for, who works on it, how far it is."""
