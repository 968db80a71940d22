-- The result of a session becomes the result of its first run. What 0.1 reads and writes is gone afterwards.
CREATE TABLE runs (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  attempt integer NOT NULL DEFAULT 1,
  status text NOT NULL CHECK (status IN ('passed', 'failed', 'flaky')),
  UNIQUE (session_id, attempt)
);

INSERT INTO runs (session_id, status) SELECT id, status FROM sessions;

ALTER TABLE sessions DROP COLUMN status;
ALTER TABLE sessions RENAME COLUMN title TO name;
ALTER TABLE artifacts RENAME COLUMN path TO storage_key;
