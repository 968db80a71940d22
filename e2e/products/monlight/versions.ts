/** The four services, in the order in which the product's own upgrade takes them. */
export const services = ['error-tracker', 'log-viewer', 'metrics-collector', 'browser-relay'] as const

export type Service = (typeof services)[number]

/** What a version's error tracker does wrong; the other three services of the same version are sound. */
export type Mistake =
  /** Runs and migrates, but `/health` answers 503 for ever. */
  | 'UNHEALTHY'
  /** The fourth migration commits its first half, fails in the second, and the process exits 1, at every start. */
  | 'HALF_MIGRATION'
  /** Healthy at first, exits 1 five seconds after every start. */
  | 'CRASH'
  /** Healthy, but every `POST /api/errors` answers 500. */
  | 'SUBMIT'

/** One published version of all four services. */
export type MonlightVersion = {
  readonly version: string
  /** How far its migrations go: what `_meta.schema_version` says after it has started. */
  readonly schema: 3 | 4
  readonly mistake?: Mistake
  /** Tags that point to it beside its own. */
  readonly alsoTagged?: readonly string[]
}

/** Everything the sample registry holds, oldest first (0.9.0 < 0.10.0: only a semantic sort gets that right). */
export const versions: readonly MonlightVersion[] = [
  { version: '0.9.0', schema: 3 },
  { version: '0.10.0', schema: 3 },
  { version: '0.10.1', schema: 3, alsoTagged: ['0.10'] },
  { version: '0.11.0', schema: 4, alsoTagged: ['0.11', 'latest'] },
  { version: '0.11.1', schema: 4, mistake: 'UNHEALTHY' },
  { version: '0.11.2', schema: 4, mistake: 'HALF_MIGRATION' },
  { version: '0.11.3', schema: 4, mistake: 'CRASH' },
  { version: '0.11.4', schema: 4, mistake: 'SUBMIT' },
  { version: '0.12.0-rc.1', schema: 4 },
]
