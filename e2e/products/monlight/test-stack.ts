import type { SampleHost } from '../../host/sample-host.ts'
import { type Answer, type ApiKeys, createExecSend, parseApiKeys, type Request, type Send } from './access.ts'
import { seedMonlight } from './seed.ts'
import type { Service } from './versions.ts'

const folder = '/home/deploy/monlight'

/** A Monlight stack on a sample host, handled as its operator would by hand: for the tests of the product itself. */
export class TestStack {
  readonly host: SampleHost
  readonly send: Send
  readonly #apiKeys: ApiKeys

  private constructor(host: SampleHost, apiKeys: ApiKeys) {
    this.host = host
    this.send = createExecSend((argv, options) => host.exec(argv, options))
    this.#apiKeys = apiKeys
  }

  static async open(host: SampleHost): Promise<TestStack> {
    return new TestStack(host, parseApiKeys(await host.readFile(`${folder}/.env`)))
  }

  /** A request with the service's own key. */
  ask(request: Request): Promise<Answer> {
    return this.send({ ...request, headers: { 'X-API-Key': this.#apiKeys[request.service], ...request.headers } })
  }

  seed() {
    return seedMonlight(this.send, this.#apiKeys)
  }

  /** Reports an error that no other report equals, and returns the status. */
  async reportNewError(): Promise<number> {
    const unique = `${Date.now()}-${Math.random()}`
    const body = { project: 'test', exception_type: unique, message: 'a test', traceback: 'none', environment: 'test' }
    return (await this.ask({ service: 'error-tracker', path: '/api/errors', body })).status
  }

  async compose(...argv: readonly string[]): Promise<string> {
    const script = 'cd "$1" && shift && exec docker compose "$@" 2>&1'
    return (await this.host.exec(['sh', '-c', script, 'sh', folder, ...argv], { allowFailure: true })).stdout
  }

  /** Pins services to a version in the compose file and recreates them, waiting for health: false if it does not come. */
  async deploy(version: string, ...only: readonly Service[]): Promise<boolean> {
    const names = only.length > 0 ? only.join('|') : '[a-z-]+'
    const edit = `s#^( +image: .*/(${names})):[0-9a-z.-]+#\\1:${version}#`
    await this.host.exec(['sed', '-E', '-i', edit, `${folder}/docker-compose.yml`])
    const output = await this.compose(
      'up',
      '-d',
      '--quiet-pull',
      '--wait',
      '--wait-timeout',
      '60',
      '--no-deps',
      ...only,
    )
    return !/unhealthy|exited|Error|timeout/.test(output)
  }

  /** Back to 0.10.0 without any data, whatever a test left. */
  async reset(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '3')
    if (!(await this.deploy('0.10.0'))) throw new Error(await this.compose('ps', '--all'))
  }

  /** The lines of a service's present container. */
  async logs(service: Service): Promise<string> {
    return await this.compose('logs', '--no-color', '--no-log-prefix', service)
  }

  /** `running healthy 0 0`: state, health, restarts and exit code of a service's container. */
  async state(service: Service): Promise<{ status: string; health: string; restarts: number; exitCode: number }> {
    const format = '{{.State.Status}} {{.State.Health.Status}} {{.RestartCount}} {{.State.ExitCode}}'
    const { stdout } = await this.host.exec(['docker', 'inspect', '--format', format, `monlight-${service}-1`])
    const [status = '', health = '', restarts, exitCode] = stdout.trim().split(' ')
    return { status, health, restarts: Number(restarts), exitCode: Number(exitCode) }
  }
}
