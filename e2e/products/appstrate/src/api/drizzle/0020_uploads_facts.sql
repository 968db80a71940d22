ALTER TABLE uploads ADD COLUMN content_type text NOT NULL DEFAULT 'application/octet-stream';
--> statement-breakpoint
ALTER TABLE uploads ADD COLUMN bytes bigint;
--> statement-breakpoint
ALTER TABLE uploads ADD COLUMN sha256 text;
