import { checkReferences } from './check-references.ts'
import { type RunbookInput, runbookSchema } from './schema.ts'

export const http = { service: 'api', port: 80, path: '/health' }
const sound = {
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  match: { images: ['**/acme/api'] },
  services: [{ name: 'api' }, { name: 'worker' }],
  secrets: [{ id: 'key', service: 'api', variable: 'API_KEY' }],
  probes: [{ id: 'health', http, healthy: { status: [200] } }],
  backup: { datasets: [{ kind: 'sqlite', id: 'main', service: 'api', path: '/data/a.db' }] },
} satisfies RunbookInput

/** For tests: what is wrong with a sound runbook after a change, as text. */
export function problems(change: Partial<RunbookInput>): string[] {
  return checkReferences(runbookSchema.parse({ ...sound, ...change })).map(
    ({ path, message, expected }) =>
      `${path.join('.')}: ${message}${expected === null ? '' : ` Expected ${expected}.`}`,
  )
}

/** For tests: a smoke test of one step. */
export function smoke(change: object, more: object = {}): Partial<RunbookInput> {
  const step = { title: 'Create', http: { ...http, method: 'POST' as const }, expect: { status: [201] }, ...change }
  return { smokeTest: { steps: [step], ...more } }
}

export const dataset = { kind: 'sqlite' as const, id: 'main', service: 'api', path: '/data/a.db' }
export const volume = { kind: 'volume' as const, id: 'files', service: 'api', path: '/files' }
export const when = { service: 'api' }
