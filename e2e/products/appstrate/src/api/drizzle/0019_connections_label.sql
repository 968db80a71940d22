ALTER TABLE connections ADD COLUMN label text NOT NULL DEFAULT '';
