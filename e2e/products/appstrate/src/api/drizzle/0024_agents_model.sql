ALTER TABLE agents ADD COLUMN model text NOT NULL DEFAULT 'default';
