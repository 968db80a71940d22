import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { SampleHost } from '../../host/sample-host.ts'
import type { Answer } from '../parts/host-requests.ts'
import { createSend, parseAdminKey, type Request } from './access.ts'
import { seedHandoffRail } from './seed.ts'

type ServiceName = 'api' | 'migration' | 'db' | 'redis'

/** The folders that hold a compose file. */
export type Shape = 'stack' | 'variants/development' | 'variants/document' | 'variants/sqlite-on-paper-postgres'

const folder = '/home/deploy/handoffrail'

/** A HandoffRail stack on a sample host, handled as its operator would by hand: for the tests of the product itself. */
export class TestStack {
  readonly host: SampleHost
  readonly #apiKey: string

  private constructor(host: SampleHost, apiKey: string) {
    this.host = host
    this.#apiKey = apiKey
  }

  static async open(host: SampleHost): Promise<TestStack> {
    return new TestStack(host, parseAdminKey(await host.readFile(`${folder}/.env`)))
  }

  /** A request with the first key; with another, or none, if `key` is given. */
  ask(request: Request | string, key = this.#apiKey): Promise<Answer> {
    const send = createSend((argv, options) => this.host.exec(argv, options), key)
    return send(typeof request === 'string' ? { path: request } : request)
  }

  async status(request: Request | string, key?: string): Promise<number> {
    return (await this.ask(request, key)).status
  }

  seed() {
    return seedHandoffRail((request) => this.ask(request))
  }

  /** Creates a packet and claims it, and returns both statuses. */
  async handOver(): Promise<readonly [created: number, claimed: number]> {
    const agent = { id: 'a', name: 'A' }
    const body = { metadata: { source_agent: agent, target_agent: agent }, context: { summary: 'a test' } }
    const created = await this.ask({ path: '/api/v1/packets', body })
    const { id = 'none' } = created.status === 201 ? (JSON.parse(created.body) as { id?: string }) : {}
    const claim = { path: `/api/v1/packets/${id}/claim`, body: { agent_id: 'a', agent_name: 'A' } }
    return [created.status, await this.status(claim)]
  }

  /** Its output, and nothing thrown when it fails. */
  async compose(...argv: readonly string[]): Promise<string> {
    const script = 'cd "$1" && shift && docker compose "$@" 2>&1'
    return (await this.host.exec(['sh', '-c', script, 'sh', folder, ...argv], { allowFailure: true })).stdout
  }

  /** Pins api and migration to a version and brings the stack up: false if it does not become healthy. */
  async deploy(version: string, ...argv: readonly string[]): Promise<boolean> {
    const edit = `s#(image: .*/handoffrail):[0-9.]+#\\1:${version}#`
    await this.host.exec(['sed', '-E', '-i', edit, `${folder}/docker-compose.yml`])
    return await this.up(...argv)
  }

  async up(...argv: readonly string[]): Promise<boolean> {
    const script = 'cd "$1" && shift && docker compose up -d --quiet-pull --wait --wait-timeout 60 "$@" 2>&1'
    return (await this.host.exec(['sh', '-c', script, 'sh', folder, ...argv], { allowFailure: true })).code === 0
  }

  /** Replaces the stack by one of the given shape, without any data, and does not start it. */
  async replace(shape: Shape): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '3')
    const input = spawnSync('tar', ['-C', join(import.meta.dirname, shape), '-c', '.']).stdout
    // With what was kept beside it: to that, another shape without data would look like data that is gone.
    await this.host.exec(['sh', '-c', 'rm -rf "$1"/* "$1"/.slipway', 'sh', folder])
    await this.host.exec(['tar', '-x', '-C', folder], { input, user: 'deploy' })
  }

  /** Back to 0.2.0 without any data, whatever a test left. */
  async reset(): Promise<void> {
    await this.replace('stack')
    if (!(await this.up())) throw new Error(await this.compose('ps', '--all'))
  }

  /** The lines of a service's present container. */
  logs(service: ServiceName): Promise<string> {
    return this.compose('logs', '--no-color', '--no-log-prefix', service)
  }

  /** State, health, restarts and exit code of a service's container. */
  async state(service: ServiceName) {
    const health = '{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}'
    const format = `{{.State.Status}} ${health} {{.RestartCount}} {{.State.ExitCode}}`
    const { stdout } = await this.host.exec(['docker', 'inspect', '--format', format, `handoffrail-${service}-1`])
    const [status = '', healthStatus = '', restarts, exitCode] = stdout.trim().split(' ')
    return { status, health: healthStatus, restarts: Number(restarts), exitCode: Number(exitCode) }
  }
}
