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
  `CREATE TABLE monitored_stack (
     number INTEGER PRIMARY KEY AUTOINCREMENT,
     host_id TEXT NOT NULL,
     project TEXT NOT NULL,
     is_enabled INTEGER NOT NULL DEFAULT 1,
     facts TEXT NOT NULL,
     rolled_to_ms INTEGER NOT NULL DEFAULT 0,
     UNIQUE (host_id, project)
   ) STRICT;
   CREATE TABLE health_stretch (
     stack INTEGER NOT NULL REFERENCES monitored_stack ON DELETE CASCADE,
     from_ms INTEGER NOT NULL,
     to_ms INTEGER NOT NULL,
     state TEXT NOT NULL,
     PRIMARY KEY (stack, from_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE health_mark (
     stack INTEGER NOT NULL REFERENCES monitored_stack ON DELETE CASCADE,
     id TEXT NOT NULL,
     kind TEXT NOT NULL,
     title TEXT NOT NULL,
     from_ms INTEGER NOT NULL,
     to_ms INTEGER,
     PRIMARY KEY (stack, id)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE sample_series (
     stack INTEGER NOT NULL REFERENCES monitored_stack ON DELETE CASCADE,
     number INTEGER NOT NULL,
     key TEXT NOT NULL,
     PRIMARY KEY (stack, number)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE sample (
     stack INTEGER NOT NULL REFERENCES monitored_stack ON DELETE CASCADE,
     tier INTEGER NOT NULL,
     at_ms INTEGER NOT NULL,
     data BLOB NOT NULL,
     PRIMARY KEY (stack, tier, at_ms)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE incident (
     id TEXT NOT NULL UNIQUE,
     host_id TEXT NOT NULL,
     project TEXT NOT NULL,
     began_at TEXT NOT NULL,
     value TEXT NOT NULL
   ) STRICT;
   CREATE INDEX incident_of_stack ON incident (host_id, project, began_at);`,
]
