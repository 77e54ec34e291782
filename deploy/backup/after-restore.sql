-- A restore may set the database back behind what a worker that still lives has written. Such a worker holds a lease
-- that the restored rows confirm, and would go on after windows that are gone. So every lease is ended here, before
-- anybody can connect: runs and shards are claimed anew and go on from the checkpoint that is in the database.
DO $$
BEGIN
    IF to_regclass('engine.run') IS NOT NULL THEN
        UPDATE engine.run SET worker = NULL, lease_until = NULL, epoch = epoch + 1, attempts = 0
        WHERE status IN ('queued', 'running');
    END IF;
    IF to_regclass('engine.shard') IS NOT NULL THEN
        UPDATE engine.shard SET worker = NULL, lease_until = NULL, epoch = epoch + 1, attempts = 0;
    END IF;
END
$$;
