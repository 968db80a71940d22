CREATE TABLE runs (
  id text PRIMARY KEY,
  org_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  agent_id text NOT NULL REFERENCES agents ON DELETE CASCADE,
  end_user_id text REFERENCES end_users ON DELETE CASCADE,
  status text NOT NULL,
  config jsonb,
  result jsonb,
  created_at timestamptz NOT NULL DEFAULT now()
);
