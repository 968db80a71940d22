CREATE INDEX runs_by_status ON runs (org_id, status);
