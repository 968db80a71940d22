CREATE INDEX runs_by_agent ON runs (agent_id, created_at);
