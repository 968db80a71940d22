import type { SampleHost } from '../../host/sample-host.ts'
import { type Answer, asReporter, createExecSend, parseSecrets, type Request, type Send } from './access.ts'
import { exerciseBrittle } from './exercise.ts'
import { seedBrittle } from './seed.ts'

const folder = '/home/deploy/brittle'

/** A Brittle stack on a sample host, handled as its operator would by hand: for the tests of the product itself. */
export class TestStack {
  readonly host: SampleHost
  readonly send: Send
  /** With the project token. */
  readonly ask: Send
  readonly internalToken: string

  private constructor(host: SampleHost, env: string) {
    const { projectToken, internalToken } = parseSecrets(env)
    this.host = host
    this.send = createExecSend((argv, options) => host.exec(argv, options))
    this.ask = asReporter(this.send, projectToken)
    this.internalToken = internalToken
  }

  static async open(host: SampleHost): Promise<TestStack> {
    return new TestStack(host, await host.readFile(`${folder}/.env`))
  }

  seed() {
    return seedBrittle(this.ask)
  }

  /** The JSON of an answer that has to be 2xx. */
  async read<T>(request: Request): Promise<T> {
    const { status, body } = await this.ask(request)
    if (status < 200 || status > 299) throw new Error(`${request.path}: ${status} ${body}`)
    return JSON.parse(body) as T
  }

  /** The statuses that a reporter gets. */
  exercise(): Promise<number[]> {
    return exerciseBrittle(this.ask)
  }

  async compose(...argv: readonly string[]): Promise<string> {
    const script = 'cd "$1" && shift && exec docker compose "$@" 2>&1'
    return (await this.host.exec(['sh', '-c', script, 'sh', folder, ...argv], { allowFailure: true })).stdout
  }

  /** Pins the hub to a version and recreates it, waiting for health: false if it does not come. */
  async deploy(version: string): Promise<boolean> {
    const edit = `s#(brittlehq/brittle):[0-9a-z.-]+#\\1:${version}#`
    await this.host.exec(['sed', '-E', '-i', edit, `${folder}/docker-compose.yml`])
    return await this.up('brittle')
  }

  async up(...services: readonly string[]): Promise<boolean> {
    const wait = ['--wait', '--wait-timeout', '60']
    const output = await this.compose('up', '-d', '--quiet-pull', ...wait, ...services)
    return !/unhealthy|exited \([1-9]|Error|timeout/.test(output)
  }

  /** Back to 0.1.2 without any data, whatever a test left. */
  async reset(): Promise<void> {
    await this.compose('down', '--volumes', '--timeout', '3')
    if (!(await this.deploy('0.1.2')) || !(await this.up())) throw new Error(await this.compose('ps', '--all'))
  }

  /** The lines of a service's present container. */
  async logs(service: string): Promise<string> {
    return (await this.host.exec(`docker logs brittle-${service}-1 2>&1`)).stdout
  }

  /** State, health, restarts and exit code of a service's container. */
  async state(service: string): Promise<{ status: string; health: string; restarts: number; exitCode: number }> {
    const health = '{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}'
    const format = `{{.State.Status}} ${health} {{.RestartCount}} {{.State.ExitCode}}`
    const { stdout } = await this.host.exec(['docker', 'inspect', '--format', format, `brittle-${service}-1`])
    const [status = '', word = '', restarts, exitCode] = stdout.trim().split(' ')
    return { status, health: word, restarts: Number(restarts), exitCode: Number(exitCode) }
  }

  /** Health as the document asks for it. */
  health(): Promise<Answer> {
    return this.send({ path: '/health' })
  }
}
