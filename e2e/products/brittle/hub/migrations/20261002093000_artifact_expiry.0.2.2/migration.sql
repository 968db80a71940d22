-- The first half is committed by itself, and stays when the second fails.
BEGIN;
ALTER TABLE artifacts ADD COLUMN expires_at timestamptz;
UPDATE artifacts SET expires_at = created_at + interval '30 days';
COMMIT;

ALTER TABLE artifacts ALTER COLUMN kept_until SET NOT NULL;
