ALTER TABLE runs ADD COLUMN duration_ms integer;
--> statement-breakpoint
UPDATE runs SET duration_ms = round(extract(epoch FROM finished_at - started_at) * 1000) WHERE finished_at IS NOT NULL;
