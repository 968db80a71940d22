import type { SampleHost } from '../../host/sample-host.ts'
import { type Answer, createExecSend, type Request, readVariable, type Send } from './access.ts'
import { seedFlux } from './seed.ts'

const folder = '/home/deploy/flux'
const files = ['compose.web.yaml', 'compose.gateway.yaml']

/** A Flux stack on a sample host, handled as its operator would by hand: for the tests of the product itself. */
export class TestStack {
  readonly host: SampleHost
  readonly send: Send
  readonly #apiToken: string

  private constructor(host: SampleHost, apiToken: string) {
    this.host = host
    this.send = createExecSend((argv, options) => host.exec(argv, options))
    this.#apiToken = apiToken
  }

  static async open(host: SampleHost): Promise<TestStack> {
    return new TestStack(host, readVariable(await host.readFile(`${folder}/web.env`), 'FLUX_API_TOKEN'))
  }

  /** A request with the operator's key, and its body as JSON. */
  async ask(request: Request): Promise<Answer & { readonly json: Record<string, unknown> }> {
    const answer = await this.send({ token: this.#apiToken, ...request })
    return { ...answer, json: answer.body.startsWith('{') ? JSON.parse(answer.body) : {} }
  }

  seed() {
    return seedFlux(this.send, this.#apiToken)
  }

  async compose(...argv: readonly string[]): Promise<string> {
    const script = 'cd "$1" && shift && exec docker compose "$@" 2>&1'
    return (await this.host.exec(['sh', '-c', script, 'sh', folder, ...argv], { allowFailure: true })).stdout
  }

  /** Pins the control plane and the gateway to a version and recreates them; false if the gateway does not get healthy. */
  async deploy(version: string): Promise<boolean> {
    for (const file of files) {
      await this.host.exec(['sed', '-E', '-i', `s#(/flux-(web|gateway)):.*#\\1:${version}#`, `${folder}/${file}`])
    }
    const output = await this.compose('up', '-d', '--quiet-pull', '--wait', '--wait-timeout', '60')
    return !/unhealthy|exited|Error|timeout/.test(output)
  }

  /** Back to 0.9.0 without any data, whatever a test left. */
  async reset(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '3')
    if (!(await this.deploy('0.9.0'))) throw new Error(await this.compose('ps', '--all'))
    await this.untilMigrated()
  }

  /** Waits until the control plane is through with its database: it answers 401 to somebody without a key. */
  async untilMigrated(): Promise<void> {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      if ((await this.send({ service: 'web', path: '/api/cli/v1/list' })).status === 401) return
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    throw new Error(await this.logs('flux-web'))
  }

  /** What a container has printed since it was made. */
  async logs(container: string): Promise<string> {
    return (await this.host.exec(['sh', '-c', 'docker logs "$1" 2>&1', 'sh', container])).stdout
  }

  /** State, health (empty without a check), restarts and exit code of a container. */
  async state(container: string) {
    const format = '{{.State.Status}} {{.RestartCount}} {{.State.ExitCode}} {{with .State.Health}}{{.Status}}{{end}}'
    const { stdout } = await this.host.exec(['docker', 'inspect', '--format', format, container])
    const [status = '', restarts, exitCode, health = ''] = stdout.trim().split(' ')
    return { status, health, restarts: Number(restarts), exitCode: Number(exitCode) }
  }
}
