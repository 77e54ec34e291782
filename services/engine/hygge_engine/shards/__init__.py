"""Big runs in shards of whole transformers: two passes over each shard with the grid's stage in between.

Pass 1 computes what each shard's transformers have left; once all shards are through, pass 2 settles the whole grid
(cheap, so every shard does it for itself), computes again and writes. The barrier between the passes is the run's row
in `passage`, counted in the same transaction as a shard's last checkpoint of pass 1.
"""
