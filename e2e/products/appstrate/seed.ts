import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, expectStatus, openAccount, type Send } from './access.ts'

/** What a seed made, for those who look for it later. */
export type Seeded = Account & {
  readonly agentIds: readonly string[]
  readonly connectionId: string
  readonly uploadId: string
  readonly scheduleId: string
}

type Made = { readonly id: string }

const agents = 4
const runPatienceMs = 30_000
const pollMs = 300
/** Long enough that none falls due while a test runs: what a schedule does would be a difference in the data. */
const scheduleSeconds = 21_600

/** What the seeded upload holds. */
export const uploadText = 'Seeded upload: käse – 50 %\n'

/** Fills the stack through its own API: agents, a run that has ended, credentials, a file, a schedule, a webhook. */
export async function seedAppstrate(send: Send, name = 'seed'): Promise<Seeded> {
  const account = await openAccount(send, name)
  const { apiKey: as } = account
  const make = (path: string, body: unknown) => expectStatus<Made>(send, { path, as, body }, 201)
  await make('/api/end-users', { externalId: 'customer-1', name: 'Customer One' })
  const agentIds: string[] = []
  for (let index = 0; index < agents; index += 1) {
    agentIds.push((await make('/api/agents', { name: `Agent ${index}`, prompt: `Count to ${index} – käse` })).id)
  }
  const [agentId = ''] = agentIds
  const credentials = { token: 'seeded-token-0123456789' }
  const connection = await make('/api/connections', { provider: 'github', label: 'Seeded', credentials })
  const schedule = await make('/api/schedules', { agentId, name: 'Four times a day', everySeconds: scheduleSeconds })
  // Off: deliveries that are tried again and again would change the data by themselves.
  await make('/api/webhooks', { url: 'http://127.0.0.1:9/nobody', enabled: false })
  await runToEnd(send, as, agentId)
  const uploadId = await upload(send, as)
  return { ...account, agentIds, connectionId: connection.id, uploadId, scheduleId: schedule.id }
}

/** Runs an agent, and resolves with its output when it has ended; throws when it failed. */
export async function runToEnd(send: Send, as: string, agentId: string): Promise<string> {
  const start = { path: `/api/agents/${agentId}/run`, as, method: 'POST' }
  const { runId } = await expectStatus<{ runId: string }>(send, start, 202)
  const deadline = Date.now() + runPatienceMs
  for (;;) {
    const path = `/api/runs/${runId}`
    const run = await expectStatus<{ status: string; result?: { output: string }; error?: string }>(
      send,
      { path, as },
      200,
    )
    if (run.status === 'success') return run.result?.output ?? ''
    if (run.status === 'failed' || Date.now() > deadline) throw new Error(`Run ${runId}: ${run.status} ${run.error}`)
    await sleep(pollMs)
  }
}

async function upload(send: Send, as: string): Promise<string> {
  const body = { name: 'notes 1.txt', size: Buffer.byteLength(uploadText), mime: 'text/plain' }
  const { id, url } = await expectStatus<{ id: string; url: string }>(send, { path: '/api/uploads', as, body }, 201)
  await expectStatus(send, { method: 'PUT', path: url, body: uploadText }, 204)
  return id
}
