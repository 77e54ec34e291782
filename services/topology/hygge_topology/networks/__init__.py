"""Networks: the electrical side of a grid (buses, lines, transformers), and which house hangs on which bus."""
