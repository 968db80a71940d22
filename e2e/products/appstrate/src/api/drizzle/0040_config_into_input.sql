-- FORWARD-ONLY: what agents were told moves to another column, and what single runs overrode is dropped. Images from
-- before this migration fail on the result. Afterwards: node scripts/migrate-config-to-input.js --apply
ALTER TABLE agents RENAME COLUMN config TO input;
--> statement-breakpoint
ALTER TABLE runs DROP COLUMN config;
--> statement-breakpoint
ALTER TABLE agents DROP COLUMN model;
