CREATE TABLE schedules (
  id text PRIMARY KEY,
  org_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  agent_id text NOT NULL REFERENCES agents ON DELETE CASCADE,
  every_seconds integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
