"""Devices: children of a house, of eight kinds."""
