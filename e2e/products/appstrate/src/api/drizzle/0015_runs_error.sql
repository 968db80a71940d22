ALTER TABLE runs ADD COLUMN error text;
