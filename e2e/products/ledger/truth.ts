import type { SampleHost } from '../../host/sample-host.ts'
import { ProductTruth } from '../../product-truth.ts'
import { type HostRequest, sendFromHost } from '../parts/host-requests.ts'
import { askPostgres, type PostgresPlace, readPostgresFingerprint } from '../parts/postgres-fingerprint.ts'

const ADDRESS = 'http://127.0.0.1:8300'
const BOOKS: PostgresPlace = { container: 'ledger-db-1', user: 'ledger', database: 'ledger' }

/** The truth about a Ledger stack, asked on the host itself and past Slipway. */
export class LedgerTruth extends ProductTruth {
  /** The secret of its API. */
  readonly key: string

  private constructor(sample: SampleHost, key: string) {
    super(sample, 'ledger')
    this.key = key
  }

  static async open(sample: SampleHost): Promise<LedgerTruth> {
    const env = await sample.readFile(`/home/${sample.user}/ledger/.env`)
    return new LedgerTruth(sample, /^LEDGER_KEY=(.+)$/m.exec(env)?.[1] ?? '')
  }

  async seed(): Promise<void> {
    const accounts = "INSERT INTO accounts (name) SELECT 'account ' || i FROM generate_series(1, 10) AS i"
    const entries = 'INSERT INTO entries (account, amount) SELECT i % 10 + 1, i FROM generate_series(1, 400) AS i'
    await askPostgres(this.exec, BOOKS, `${accounts};\n${entries};\n`)
    await this.exec(['docker', 'exec', 'ledger-web-1', 'sh', '-c', 'seq 1 1000 > /srv/files/receipts.csv'])
  }

  async fingerprint(): Promise<unknown> {
    return { books: await readPostgresFingerprint(this.exec, BOOKS), files: await this.#files() }
  }

  async contents(): Promise<unknown> {
    const entries = await askPostgres(this.exec, BOOKS, 'SELECT id, account, amount FROM entries ORDER BY id')
    return { entries, files: await this.#files() }
  }

  /** Names of all databases of the server. */
  async databases(): Promise<string[]> {
    return (await askPostgres(this.exec, BOOKS, 'SELECT datname FROM pg_database')).trim().split('\n')
  }

  /** An entry is written, read back, and removed. */
  async expectWorking(): Promise<void> {
    const { id } = await this.#expect<{ id: number }>(201, { url: `${ADDRESS}/entries`, body: { amount: 3 } })
    const { amount } = await this.#expect<{ amount: number }>(200, { url: `${ADDRESS}/entries/${id}` })
    if (amount !== 3) throw new Error(`An entry of 3 is read back as ${amount}`)
    await this.#expect(204, { url: `${ADDRESS}/entries/${id}`, method: 'DELETE' })
  }

  async #files(): Promise<string> {
    const script = 'cd /srv/files && find . -type f -exec sha256sum {} + | sort'
    return (await this.exec(['docker', 'exec', 'ledger-web-1', 'sh', '-c', script])).stdout
  }

  async #expect<Body>(status: number, request: HostRequest): Promise<Body> {
    const answer = await sendFromHost(this.exec, { ...request, headers: { 'X-Ledger-Key': this.key } })
    if (answer.status !== status) throw new Error(`${request.url} answers ${answer.status}: ${answer.body}`)
    return JSON.parse(answer.body === '' ? 'null' : answer.body) as Body
  }
}
