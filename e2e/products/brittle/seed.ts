import type { Send } from './access.ts'

/** How much is put in. */
export type SeedSize = {
  readonly sessions?: number
  /** Length of each artifact; every second session has two. */
  readonly artifactBytes?: number
}

/** What a seed made that cannot be guessed: the sessions' ids, oldest first. */
export type Seeded = { readonly sessions: readonly string[] }

/** Fills the stack through its own API, as reporters and the dashboard would: sessions, artifacts, AI keys. */
export async function seedBrittle(send: Send, { sessions = 6, artifactBytes = 2000 }: SeedSize = {}): Promise<Seeded> {
  const ask = createExpectingSend(send)
  const ids: string[] = []
  for (let index = 0; index < sessions; index += 1) {
    const session = await ask('POST', '/api/sessions', buildSession(index), 201)
    const { id } = JSON.parse(session) as { id: string }
    const names = index % 2 === 0 ? ['trace.zip', 'video.webm'] : ['trace.zip']
    for (const name of names) {
      await ask('PUT', `/api/sessions/${id}/artifacts/${name}`, buildArtifact(`${index} ${name}`, artifactBytes), 201)
    }
    ids.push(id)
  }
  for (const provider of ['openai', 'anthropic']) {
    await ask('PUT', `/api/ai/keys/${provider}`, { key: `sk-${provider}-0123456789abcdef` }, 204)
  }
  return { sessions: ids }
}

/** Throws when the status is not the expected one. Resolves with the body. */
function createExpectingSend(send: Send) {
  return async (method: string, path: string, body: unknown, expected: number): Promise<string> => {
    const answer = await send({ method, path, body })
    if (answer.status === expected) return answer.body
    throw new Error(`${method} ${path}: ${answer.status} instead of ${expected}: ${answer.body}`)
  }
}

function buildSession(index: number) {
  return {
    project: index % 3 === 0 ? 'shop' : 'billing',
    title: `Seeded session ${index}: käse – 50 %`,
    status: ['passed', 'failed', 'flaky'][index % 3],
    branch: index % 2 === 0 ? 'main' : `feature/${index}`,
  }
}

function buildArtifact(what: string, bytes: number): string {
  return `artifact ${what} `.repeat(Math.ceil(bytes / 10)).slice(0, bytes)
}
