import { setTimeout as sleep } from 'node:timers/promises'
import type { SampleHost } from '../../host/sample-host.ts'
import { createExecSend, type Send } from './access.ts'
import { query } from './fingerprint.ts'

const folder = '/home/deploy/appstrate'
const deployPatienceMs = 90_000
const pollMs = 400

type ContainerState = {
  readonly status: string
  readonly health: string
  readonly restarts: number
  readonly exitCode: number
}

/** An Appstrate stack on a sample host, handled as its operator would by hand: for the tests of the product itself. */
export class TestStack {
  readonly host: SampleHost
  readonly send: Send

  constructor(host: SampleHost) {
    this.host = host
    this.send = createExecSend((argv, options) => host.exec(argv, options))
  }

  /** What Compose prints, whether it succeeds or not. */
  async compose(...argv: readonly string[]): Promise<string> {
    const script = 'cd "$1" && shift && exec docker compose "$@" 2>&1'
    return (await this.host.exec(['sh', '-c', script, 'sh', folder, ...argv], { allowFailure: true })).stdout
  }

  /** Sets a variable in `.env`. */
  async set(name: string, value: string): Promise<void> {
    const script = 'sed -i "/^$1=/d" "$3" && printf "%s=%s\\n" "$1" "$2" >> "$3"'
    await this.host.exec(['sh', '-c', script, 'sh', name, value, `${folder}/.env`])
  }

  /** Pins all eight images and recreates what changed: true when the API becomes healthy, false when it fails. */
  async deploy(version: string): Promise<boolean> {
    await this.set('APPSTRATE_VERSION', version)
    const output = await this.compose('up', '-d', '--quiet-pull')
    if (/Error/.test(output)) throw new Error(output)
    return await this.becomesHealthy()
  }

  /** Whether the API becomes healthy, rather than unhealthy or restarting. */
  async becomesHealthy(): Promise<boolean> {
    const deadline = Date.now() + deployPatienceMs
    while (Date.now() < deadline) {
      const { status, health, restarts } = await this.state()
      if (status === 'running' && health === 'healthy') return true
      if (health === 'unhealthy' || restarts > 0) return false
      await sleep(pollMs)
    }
    return false
  }

  /** Back to beta.41 with an empty database and queue, whatever a test left (objects stay). */
  async reset(): Promise<void> {
    await this.compose('rm', '--stop', '--force', 'appstrate')
    await this.compose('up', '-d', '--wait', 'appstrate-postgres', 'appstrate-redis', 'appstrate-minio')
    const exec = (argv: readonly string[]) => this.host.exec(argv)
    await query(exec, 'DROP DATABASE IF EXISTS appstrate WITH (FORCE)', { database: 'postgres' })
    await query(exec, 'CREATE DATABASE appstrate', { database: 'postgres' })
    await this.host.exec(['docker', 'exec', 'appstrate-appstrate-redis-1', 'redis-cli', 'FLUSHALL'])
    if (!(await this.deploy('1.0.0-beta.41'))) throw new Error(await this.compose('ps', '--all'))
  }

  /** What it says of itself, read where there is anything to read. */
  async health() {
    const answer = await this.send({ path: '/health' })
    return { ...answer, json: answer.body === '' ? undefined : JSON.parse(answer.body) }
  }

  /** The status of an attempt to make an agent. */
  async makeAgent(apiKey: string): Promise<number> {
    const body = { name: 'Made by a test', prompt: 'anything' }
    return (await this.send({ path: '/api/agents', as: apiKey, body })).status
  }

  /** The lines of a service's present container. */
  async logs(service = 'appstrate'): Promise<string> {
    return await this.compose('logs', '--no-color', '--no-log-prefix', service)
  }

  async state(service = 'appstrate'): Promise<ContainerState> {
    const format =
      '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}} {{.RestartCount}} {{.State.ExitCode}}'
    const { stdout } = await this.host.exec(['docker', 'inspect', '--format', format, `appstrate-${service}-1`])
    const [status = '', health = '', restarts, exitCode] = stdout.trim().split(' ')
    return { status, health, restarts: Number(restarts), exitCode: Number(exitCode) }
  }
}
