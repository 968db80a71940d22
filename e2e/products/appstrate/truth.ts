import type { SampleHost } from '../../host/sample-host.ts'
import { ProductTruth } from '../../product-truth.ts'
import { createExecSend, expectStatus, type Send } from './access.ts'
import { type Fingerprint, query, readFingerprint } from './fingerprint.ts'
import { type Seeded, seedAppstrate } from './seed.ts'

/** The number by which the product keeps two of its processes from migrating at once. */
const migrationLock = 7246811234567890n

type Agent = { readonly id: string; readonly name: string; readonly prompt: string }

/** The truth about an Appstrate stack, asked on the host itself and past Slipway. */
export class AppstrateTruth extends ProductTruth {
  readonly #send: Send
  #seeded: Seeded | undefined

  constructor(sample: SampleHost) {
    super(sample, 'appstrate')
    this.#send = createExecSend(this.exec)
  }

  async seed(): Promise<void> {
    this.#seeded = await seedAppstrate(this.#send)
  }

  fingerprint(): Promise<Fingerprint> {
    return readFingerprint(this.exec)
  }

  /** Every agent with what it does, the run's output, the credentials decrypted, the file, and what is due next. */
  async contents(): Promise<unknown> {
    const { connectionId, uploadId } = this.#know()
    const { data: agents } = await this.#get<{ data: Agent[] }>('/api/agents')
    const prompts = agents.map(async ({ id }) => (await this.#get<Agent>(`/api/agents/${id}`)).prompt)
    const { data: runs } = await this.#get<{ data: { id: string }[] }>('/api/runs')
    const outputs = runs.map(({ id }) => this.#get(`/api/runs/${id}`))
    const credentials = { path: `/api/connections/${connectionId}/test`, method: 'POST' }
    return {
      agents: agents.map(({ id, name }) => [id, name]),
      prompts: await Promise.all(prompts),
      runs: await Promise.all(outputs),
      credentials: await expectStatus(this.#send, { ...credentials, as: this.#know().apiKey }, 200),
      file: (await this.#send({ path: `/api/uploads/${uploadId}/content`, as: this.#know().apiKey })).body,
      schedules: await this.#get('/api/schedules'),
    }
  }

  /** Somebody new signs up, makes agents, runs one, stores credentials and a file, plans a run, and is deleted again. */
  async expectWorking(): Promise<void> {
    const { token, orgId } = await seedAppstrate(this.#send, 'passer-by')
    await expectStatus(this.#send, { method: 'DELETE', path: `/api/orgs/${orgId}`, as: token }, 204)
    await expectStatus(this.#send, { method: 'POST', path: '/api/auth/delete-user', as: token }, 200)
  }

  /** As when another process migrates and does not end: what starts meanwhile waits. Dispose to let it go on. */
  async holdMigrationLock(): Promise<AsyncDisposable> {
    const hold = `SELECT pg_advisory_lock(${migrationLock}), pg_sleep(120)`
    const held = query(this.exec, hold).catch(() => '')
    while ((await query(this.exec, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) !== '1\n');
    return {
      [Symbol.asyncDispose]: async () => {
        const release = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = '${hold}'`
        await query(this.exec, release)
        await held
      },
    }
  }

  /** As when the engine was restarted under containers that go on running: their socket leads nowhere. */
  async cutEngineSocket(): Promise<void> {
    const script = `pid=$(docker inspect --format '{{.State.Pid}}' appstrate-appstrate-1)
      nsenter --target "$pid" --mount --pid umount /run/docker.sock`
    await this.exec(['sh', '-ec', script])
  }

  #get<Body>(path: string): Promise<Body> {
    return expectStatus<Body>(this.#send, { path, as: this.#know().apiKey }, 200)
  }

  #know(): Seeded {
    if (this.#seeded === undefined) throw new Error('Seed it first')
    return this.#seeded
  }
}
