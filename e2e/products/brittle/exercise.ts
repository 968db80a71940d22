import type { Request, Send } from './access.ts'

/** The statuses of `exerciseBrittle` where all is well. */
export const inOrder: readonly number[] = [201, 201, 200, 204]

/**
 * Uses the hub as a reporter does: a session, an artifact, the artifact read back, the session removed. Resolves with
 * the statuses; after a session that was refused there is nothing more to ask.
 */
export async function exerciseBrittle(ask: Send): Promise<number[]> {
  const body = { project: 'used', title: 'a session that is removed again', status: 'passed' }
  const created = await ask({ path: '/api/sessions', body })
  if (created.status !== 201) return [created.status]
  const { id } = JSON.parse(created.body) as { id: string }
  const path = `/api/sessions/${id}`
  const steps: Request[] = [
    { method: 'PUT', path: `${path}/artifacts/trace.zip`, body: 'some bytes' },
    { path: `${path}/artifacts/trace.zip` },
    { method: 'DELETE', path },
  ]
  const statuses = [created.status]
  for (const step of steps) statuses.push((await ask(step)).status)
  return statuses
}
