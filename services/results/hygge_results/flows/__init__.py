"""Energy from each node to each."""
