CREATE TABLE agents (
  id text PRIMARY KEY,
  org_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  name text NOT NULL,
  config jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
