"""Series of nodes at the stored step and coarser, and duration curves."""
