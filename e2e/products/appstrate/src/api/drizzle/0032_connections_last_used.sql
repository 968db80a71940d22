ALTER TABLE connections ADD COLUMN last_used_at timestamptz;
