"""Transformers: children of a grid."""
