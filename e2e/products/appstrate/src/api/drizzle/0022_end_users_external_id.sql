CREATE UNIQUE INDEX end_users_external_id ON end_users (application_id, external_id);
