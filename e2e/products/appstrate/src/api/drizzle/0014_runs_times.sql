ALTER TABLE runs ADD COLUMN started_at timestamptz;
--> statement-breakpoint
ALTER TABLE runs ADD COLUMN finished_at timestamptz;
