import type { Request, Send } from './access.ts'

/** How much is put in. */
export type SeedRows = {
  /** Every third is claimed, every fourth expired. */
  readonly packets?: number
  readonly keys?: number
}

/** What a seed made that cannot be guessed. */
export type Seeded = { readonly packetIds: readonly string[]; readonly keys: readonly string[] }

/** Fills the stack through its own API, as its clients would: packets in several states, and keys. */
export async function seedHandoffRail(send: Send, rows: SeedRows = {}): Promise<Seeded> {
  const { packets = 12, keys = 3 } = rows
  const ask = createExpectingSend(send)
  const packetIds: string[] = []
  for (let index = 0; index < packets; index += 1) {
    const { id } = JSON.parse(await ask(buildPacket(index), 201)) as { id: string }
    packetIds.push(id)
    const path = `/api/v1/packets/${id}`
    if (index % 3 === 0) await ask({ path: `${path}/claim`, body: { agent_id: 'billing-01', agent_name: 'B' } }, 200)
    if (index % 4 === 0) await ask({ path, method: 'DELETE' }, 204)
  }
  const plainKeys: string[] = []
  for (let index = 0; index < keys; index += 1) {
    const body = await ask({ path: '/api/v1/keys', body: { name: `agent-${index}`, tier: 'pro' } }, 201)
    plainKeys.push((JSON.parse(body) as { key: string }).key)
  }
  return { packetIds, keys: plainKeys }
}

/** Throws when the status is not the expected one. Resolves with the body. */
function createExpectingSend(send: Send) {
  return async (request: Request, expected: number): Promise<string> => {
    const answer = await send(request)
    if (answer.status === expected) return answer.body
    throw new Error(`${request.path}: ${answer.status} instead of ${expected}: ${answer.body}`)
  }
}

function buildPacket(index: number): Request {
  const body = {
    metadata: {
      source_agent: { id: 'sales-01', name: 'SalesBot', framework: 'crewai' },
      target_agent: { id: 'billing-01', name: 'BillingBot' },
      priority: ['low', 'normal', 'high'][index % 3],
      tags: ['seed', `lot-${index % 5}`],
    },
    context: {
      summary: `Seeded handoff ${index}: Größe „XL“ – 50 %`,
      artifacts: [{ key: 'order', value: { id: 1000 + index, total: index * 12.5 } }],
      custom: { attempt: index },
    },
    decisions: [{ id: 'd1', decision: 'Upgrade', rationale: 'Asked for it', decided_by: 'sales-01' }],
  }
  return { path: '/api/v1/packets', body }
}
