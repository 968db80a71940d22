CREATE TABLE connections (
  id text PRIMARY KEY,
  org_id text NOT NULL REFERENCES organizations ON DELETE CASCADE,
  provider text NOT NULL,
  credentials text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
