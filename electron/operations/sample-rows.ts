import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { databasePath, type Service } from '../../e2e/sample-stack.ts'

/** Every row that a user has written, told apart from what smoke tests write. */
const QUERIES: readonly (readonly [Service, string])[] = [
  ['error-tracker', "SELECT value FROM _meta WHERE key = 'schema_version'"],
  ['error-tracker', "SELECT * FROM errors WHERE project <> 'slipway-smoke-test' ORDER BY id"],
  [
    'error-tracker',
    "SELECT * FROM error_occurrences WHERE error_id IN (SELECT id FROM errors WHERE project <> 'slipway-smoke-test') ORDER BY id",
  ],
  ['metrics-collector', "SELECT * FROM metrics_raw WHERE name <> 'slipway_smoke_test' ORDER BY id"],
  ['browser-relay', "SELECT * FROM dsn_keys WHERE project <> 'slipway-smoke-test' ORDER BY id"],
  ['browser-relay', 'SELECT * FROM source_maps ORDER BY id'],
]

const SCRIPT = `set -eu
while [ $# -gt 0 ]; do
  test -s "$1"
  echo "-- $2"
  sqlite3 -batch -cmd '.timeout 10000' -cmd 'PRAGMA query_only = 1' -cmd '.mode quote' "$1" "$2"
  shift 2
done`

/** For tests: the users' rows as text, read on the host; equal exactly when every column of every row is. */
export async function readUserRows(sample: SampleHost): Promise<string> {
  const args = QUERIES.flatMap(([service, query]) => [databasePath(service), query])
  return (await sample.exec(['sh', '-c', SCRIPT, 'sh', ...args])).stdout
}
