"""A run's inputs: collect (two calls) → validate (all findings) → assemble (arrays)."""
