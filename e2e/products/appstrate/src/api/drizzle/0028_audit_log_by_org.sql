CREATE INDEX audit_log_by_org ON audit_log (org_id, at);
