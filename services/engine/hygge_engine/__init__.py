"""What would happen: runs and the numeric core of Hygge."""
