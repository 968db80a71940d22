/** What is wrong with a version of the API. */
export type Mistake =
  /** Takes the migration lock a second time on another connection: `starting` for ever. */
  | 'DEADLOCK'
  /** The webhooks module's migration has no transaction and fails in its second statement: exit 1 at every start. */
  | 'HALF_MIGRATION'
  /** Healthy at first, dies of an exception five seconds after every start. */
  | 'CRASH'
  /** Healthy, but making an agent answers 500. */
  | 'AGENT_COLUMN'
  /** Speaks an API that no Docker engine has: `degraded` for ever. */
  | 'ENGINE_API'

/** One published version of all eight images; tags carry no `v`. */
export type AppstrateVersion = {
  readonly version: string
  readonly commit: string
  /** How many rows `drizzle.__drizzle_migrations` has after it has started on an older database. */
  readonly migrations: 28 | 30 | 33 | 39 | 40
  readonly mistake?: Mistake
}

/** Everything the sample registry holds, oldest first (beta.9 < beta.41). All are pre-releases: no tag moves. */
export const versions: readonly AppstrateVersion[] = [
  { version: '1.0.0-beta.9', commit: '0c91f3e', migrations: 28 },
  { version: '1.0.0-beta.41', commit: '5bbe1d9', migrations: 30 },
  { version: '1.0.0-beta.42', commit: '7ad20c4', migrations: 30 },
  { version: '1.0.0-beta.45', commit: 'e19b6f0', migrations: 33 },
  { version: '1.0.0-beta.51', commit: '3f4c8a2', migrations: 39 },
  { version: '1.0.0-beta.52', commit: 'b60d715', migrations: 39, mistake: 'DEADLOCK' },
  { version: '1.0.0-beta.53', commit: '92e7a1c', migrations: 39, mistake: 'HALF_MIGRATION' },
  { version: '1.0.0-beta.54', commit: 'd8f3b56', migrations: 39, mistake: 'CRASH' },
  { version: '1.0.0-beta.55', commit: '41c0e97', migrations: 39, mistake: 'AGENT_COLUMN' },
  { version: '1.0.0-beta.56', commit: 'a7259d3', migrations: 39, mistake: 'ENGINE_API' },
  { version: '1.0.0-beta.57', commit: '6e81f0b', migrations: 40 },
]

/** The images that `APPSTRATE_VERSION` pins beside the API's own. The stack only pulls them; `appstrate-pi` runs agents. */
export const runnerImages = [
  'appstrate-pi',
  'appstrate-sidecar',
  'appstrate-mcp-runner-node',
  'appstrate-mcp-runner-python',
  'appstrate-mcp-runner-bun',
  'appstrate-mcp-runner-uv',
  'appstrate-mcp-runner-binary',
] as const
