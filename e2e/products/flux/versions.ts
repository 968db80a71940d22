/** What a version does wrong; everything not named works. Asked for at one place each, below `src/`. */
export type Mistake =
  /** The gateway's `/health` answers 503 for ever, so that its container never becomes healthy. */
  | 'UNHEALTHY'
  /** The control plane's last migration commits its first half and fails in the second, at every attempt. */
  | 'HALF_MIGRATION'
  /** The control plane exits 1 five seconds after every start. */
  | 'CRASH'
  /** `POST /api/cli/v1/push` answers 500. */
  | 'PUSH'
  /** The control plane's image has no `pg_dump`. */
  | 'NO_PG_DUMP'
  /** The gateway finds no tenant, whatever the Host header says. */
  | 'ROUTES'

/** One published version of the control plane and the gateway. */
export type FluxVersion = {
  readonly version: string
  /** How far its migrations go: the newest `version` in `flux_migrations`. */
  readonly schema: 5 | 6
  readonly mistake?: Mistake
  /** Tags that point to it beside its own. */
  readonly alsoTagged?: readonly string[]
}

/** Everything the sample registry holds, oldest first (0.9.1 < 0.10.0: only a semantic sort gets that right). */
export const versions: readonly FluxVersion[] = [
  { version: '0.8.0', schema: 5 },
  { version: '0.9.0', schema: 5 },
  { version: '0.9.1', schema: 5 },
  { version: '0.10.0', schema: 6, alsoTagged: ['latest'] },
  { version: '0.10.1', schema: 6, mistake: 'UNHEALTHY' },
  { version: '0.10.2', schema: 6, mistake: 'HALF_MIGRATION' },
  { version: '0.10.3', schema: 6, mistake: 'CRASH' },
  { version: '0.10.4', schema: 6, mistake: 'PUSH' },
  { version: '0.10.5', schema: 6, mistake: 'NO_PG_DUMP' },
  { version: '0.10.6', schema: 6, mistake: 'ROUTES' },
]
