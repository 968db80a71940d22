import type { SampleHost } from '../../host/sample-host.ts'
import { ProductTruth } from '../../product-truth.ts'
import type { TableFingerprints } from '../parts/postgres-fingerprint.ts'
import { createSend, parseAdminKey, type Request, type Send } from './access.ts'
import { readClientsFingerprint } from './fingerprint.ts'
import { seedHandoffRail } from './seed.ts'

interface ListedPacket {
  readonly status: string
  readonly metadata: { readonly source_agent: { readonly id: string } }
  readonly context: { readonly summary: string }
}

/** The truth about a HandoffRail stack, asked on the host itself and past Slipway. */
export class HandoffRailTruth extends ProductTruth {
  readonly #ask: Send

  private constructor(sample: SampleHost, ask: Send) {
    super(sample, 'handoffrail')
    this.#ask = ask
  }

  static async open(sample: SampleHost): Promise<HandoffRailTruth> {
    const key = parseAdminKey(await sample.readFile(`/home/${sample.user}/handoffrail/.env`))
    const ask = createSend((argv, options) => sample.exec(argv, options), key)
    return new HandoffRailTruth(sample, ask)
  }

  async seed(): Promise<void> {
    await seedHandoffRail(this.#ask)
  }

  fingerprint(): Promise<TableFingerprints> {
    return readClientsFingerprint(this.exec)
  }

  /** Every packet and every key, without what belongs to smoke tests. */
  async contents(): Promise<unknown> {
    const { packets } = await this.#read<{ packets: ListedPacket[] }>('/api/v1/packets?limit=200')
    const keys = await this.#read<{ name: string; tier: string; revoked: boolean }[]>('/api/v1/keys')
    const ofClients = packets.filter(({ metadata }) => !metadata.source_agent.id.endsWith('smoke-test'))
    return {
      packets: ofClients.map(({ status, context }) => `${status} ${context.summary}`).sort(),
      keys: keys.map(({ name, tier, revoked }) => `${name} ${tier} ${revoked ? 'revoked' : 'valid'}`).sort(),
    }
  }

  /** One agent hands a packet over, and another takes it. */
  async expectWorking(): Promise<void> {
    const agent = { id: 'truth-smoke-test', name: 'Truth' }
    const body = { metadata: { source_agent: agent, target_agent: agent }, context: { summary: 'Is it there?' } }
    const { id } = await this.#expect<{ id: string }>(201, { path: '/api/v1/packets', body })
    const path = `/api/v1/packets/${id}`
    await this.#expect(200, { path: `${path}/claim`, body: { agent_id: agent.id, agent_name: agent.name } })
    const { status } = await this.#read<ListedPacket>(path)
    if (status !== 'claimed') throw new Error(`A claimed packet is ${status}`)
    await this.#expect(204, { path, method: 'DELETE' })
  }

  #read<Body>(path: string): Promise<Body> {
    return this.#expect<Body>(200, { path })
  }

  async #expect<Body>(expected: number, request: Request): Promise<Body> {
    const { status, body } = await this.#ask(request)
    if (status !== expected) throw new Error(`${request.path}: ${status} instead of ${expected}: ${body}`)
    return (body === '' ? null : JSON.parse(body)) as Body
  }
}
