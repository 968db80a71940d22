/**
 * Steps of the schema, in order; `user_version` counts those applied. A released step is never edited: a change
 * is a new step.
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE setting (
     key TEXT PRIMARY KEY,
     value TEXT NOT NULL
   ) STRICT;
   CREATE TABLE host (
     id TEXT PRIMARY KEY,
     position INTEGER NOT NULL,
     value TEXT NOT NULL
   ) STRICT;
   CREATE TABLE stack_directory (
     host_id TEXT NOT NULL,
     directory TEXT NOT NULL,
     PRIMARY KEY (host_id, directory)
   ) STRICT;
   CREATE TABLE secret (
     key TEXT PRIMARY KEY,
     sealed BLOB NOT NULL
   ) STRICT;`,
  `CREATE TABLE notice (
     id TEXT NOT NULL UNIQUE,
     host_id TEXT NOT NULL,
     project TEXT NOT NULL,
     at TEXT NOT NULL,
     value TEXT NOT NULL
   ) STRICT;
   CREATE INDEX notice_of_stack ON notice (host_id, project);`,
]
