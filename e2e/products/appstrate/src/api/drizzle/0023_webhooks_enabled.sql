ALTER TABLE webhooks ADD COLUMN enabled boolean NOT NULL DEFAULT true;
