"""The results service: what did happen in a run."""
