CREATE TABLE end_users (
  id text PRIMARY KEY,
  application_id text NOT NULL REFERENCES applications ON DELETE CASCADE,
  external_id text NOT NULL,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
