import { type Answer, type Request, type Send, signProjectToken, tenantHost } from './access.ts'

/** The statuses of `exerciseFlux` where all is well. */
export const inOrder: readonly number[] = [201, 200, 201, 200, 401, 404, 200, 200]

/**
 * Uses Flux as somebody does who builds an app on it, with the operator's key: a project with a table, a row of the app's
 * own through the gateway, the row read back, the same without a token and by a wrong host name, a backup, and the
 * project removed. Resolves with the statuses; after a project that was refused there is nothing more to ask.
 */
export async function exerciseFlux(ask: Send): Promise<number[]> {
  const created = await ask({ service: 'web', path: '/api/cli/v1/create', body: { name: `Used ${Date.now()}` } })
  if (created.status !== 201) return [created.status]
  const { summary, projectJwtSecret } = readBody<{ summary: { slug: string; hash: string }; projectJwtSecret: string }>(
    created,
  )
  const { slug, hash } = summary
  const notes = { service: 'gateway', path: '/notes', host: tenantHost(summary) } as const
  const token = signProjectToken(projectJwtSecret)
  const project = `/api/cli/v1/projects/${hash}`
  const steps: Request[] = [
    { service: 'web', path: '/api/cli/v1/push', body: { slug, hash, sql: 'CREATE TABLE notes (note text)' } },
    { ...notes, token, body: [{ note: 'kept for a moment' }] },
    { ...notes, token },
    { ...notes, token: '' },
    { ...notes, token, host: tenantHost({ slug, hash: '0000000' }) },
    { service: 'web', method: 'POST', path: `${project}/backups` },
    { service: 'web', method: 'DELETE', path: `${project}?skipBackupCheck=1` },
  ]
  const statuses = [created.status]
  for (const step of steps) statuses.push((await ask(step)).status)
  return statuses
}

export function readBody<Body>({ body }: Answer): Body {
  return JSON.parse(body) as Body
}
