"""The values of profiles as day vectors: stored, read, resampled."""
