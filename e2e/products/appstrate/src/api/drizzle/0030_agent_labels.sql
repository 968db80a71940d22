CREATE TABLE agent_labels (
  agent_id text NOT NULL REFERENCES agents ON DELETE CASCADE,
  label text NOT NULL,
  PRIMARY KEY (agent_id, label)
);
