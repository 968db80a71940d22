import { z } from 'zod'

/** Docker's own, where the driver `local` is not told otherwise. */
const LOCAL_DEFAULTS = { 'max-size': '20m', 'max-file': '5' }
const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** What is to be known of a container before its log is read. */
export interface LogDescription {
  readonly isTerminal: boolean
  readonly state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
  /** When it was started last; null: never. */
  readonly startedAtNs: bigint | null
  /** What the driver keeps at least once it has let lines go; null: it keeps all, as far as is known. */
  readonly keptBytes: number | null
}

/** Of `GET /containers/{id}/json`. */
export const logDescriptionSchema: z.ZodType<LogDescription, unknown> = z
  .object({
    State: z.object({
      Status: z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']),
      StartedAt: z.string().default(''),
    }),
    Config: z.object({ Tty: z.boolean().default(false) }),
    HostConfig: z.object({
      LogConfig: z
        .object({ Type: z.string().default(''), Config: z.record(z.string(), z.string()).nullish() })
        .nullish(),
    }),
  })
  .transform(({ State: state, Config: config, HostConfig: { LogConfig: log } }) => ({
    isTerminal: config.Tty,
    state: state.Status,
    startedAtNs: readStart(state.StartedAt),
    keptBytes: readKept(log?.Type ?? '', log?.Config ?? {}),
  }))

function readStart(text: string): bigint | null {
  const milliseconds = Date.parse(text)
  return milliseconds > 0 ? BigInt(milliseconds) * 1_000_000n : null
}

/** Pure: all files but the newest are full. */
export function readKept(driver: string, given: Readonly<Record<string, string>>): number | null {
  const options: Readonly<Record<string, string>> = driver === 'local' ? { ...LOCAL_DEFAULTS, ...given } : given
  const size = /^(\d+(?:\.\d+)?)\s*([kmg]?)i?b?$/i.exec(options['max-size'] ?? '')
  if (size === null || (driver !== 'local' && driver !== 'json-file')) return null
  const files = Math.max(1, Number(options['max-file'] ?? 1))
  return Math.floor((files - 1) * Number(size[1]) * (UNITS[(size[2] ?? '').toLowerCase()] ?? 1))
}
