"""Priority lists: who is served first when capacity is scarce."""
