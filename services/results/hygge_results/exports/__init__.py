"""Whole tables of a run as CSV or Parquet."""
