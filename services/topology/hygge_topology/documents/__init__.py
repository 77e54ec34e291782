"""Documents: a whole community as one JSON document, in, out, replaced, and pinned as snapshots."""
