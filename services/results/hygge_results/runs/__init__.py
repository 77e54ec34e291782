"""Registration, closing and deletion of runs, and who may see them."""
