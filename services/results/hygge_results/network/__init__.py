"""What the power-flow check of a run found: voltages at houses, loading of lines."""
