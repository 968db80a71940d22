CREATE TABLE webhook_deliveries (
  id text PRIMARY KEY,
  webhook_id text NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  event text NOT NULL,
  attempt integer NOT NULL,
  status integer,
  created_at timestamptz NOT NULL DEFAULT now()
);
