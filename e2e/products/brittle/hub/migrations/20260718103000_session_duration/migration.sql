-- Something is added, nothing is changed: releases that do not know it go on working.
ALTER TABLE sessions ADD COLUMN duration_ms integer;

CREATE INDEX sessions_by_duration ON sessions (org_id, duration_ms);
