"""What every part of a grid has in common: who may touch it, how it is stored, changed, listed and described."""
