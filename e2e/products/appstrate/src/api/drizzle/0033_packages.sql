CREATE TABLE packages (
  id text PRIMARY KEY,
  name text NOT NULL UNIQUE
);
