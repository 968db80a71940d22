ALTER TABLE agents ADD COLUMN package_id text REFERENCES packages;
