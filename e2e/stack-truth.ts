import type { SampleHost } from './host/sample-host.ts'
import { createExecSend, databasePath, parseApiKeys } from './products/monlight/access.ts'
import { seedMonlight } from './products/monlight/seed.ts'
import { ProjectTruth } from './project-truth.ts'

/** The truth about a Monlight stack, asked on the host itself and past Slipway. */
export class StackTruth extends ProjectTruth {
  constructor(sample: SampleHost) {
    super(sample, 'monlight')
  }

  async seed(): Promise<void> {
    const keys = parseApiKeys(await this.file('.env'))
    await seedMonlight(createExecSend(this.exec), keys, {})
  }

  /** Every error of the product's own clients, as rows of text; smoke tests of Slipway's are left out. */
  async errorRows(): Promise<string[]> {
    const sql =
      "SELECT id, fingerprint, project, message, count FROM errors WHERE project IN ('shop', 'billing') ORDER BY id"
    return this.#ask('error-tracker', sql)
  }

  async metricCount(): Promise<number> {
    const sql =
      "SELECT count(*) FROM metrics_raw WHERE name IN ('http_requests_total', 'http_request_seconds', 'queue_depth')"
    return Number((await this.#ask('metrics-collector', sql))[0])
  }

  async schemaVersion(): Promise<number> {
    return Number((await this.#ask('error-tracker', "SELECT value FROM _meta WHERE key = 'schema_version'"))[0])
  }

  /** Whether reporting a new error, which no fingerprint knows yet, works: what a broken rollback fails at. */
  async acceptsNewErrors(): Promise<number> {
    const keys = parseApiKeys(await this.file('.env'))
    const send = createExecSend(this.exec)
    const unique = `Truth${Date.now()}`
    const body = { project: 'truth', exception_type: unique, message: unique, traceback: `File "${unique}.py", line 1` }
    const headers = { 'X-API-Key': keys['error-tracker'] }
    return (await send({ service: 'error-tracker', path: '/api/errors', headers, body })).status
  }

  async #ask(service: 'error-tracker' | 'metrics-collector', sql: string): Promise<string[]> {
    const argv = ['sqlite3', '-batch', '-cmd', '.timeout 10000', databasePath(service), sql]
    const { stdout } = await this.sample.exec(argv)
    return stdout.trim().split('\n')
  }
}
