"""Indicators per house, transformer and grid."""
