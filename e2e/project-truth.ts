import type { SampleHost } from './host/sample-host.ts'

/** Runs a command as root on the stack's host, and throws when it fails. */
export type Exec = (argv: readonly string[], options?: { input?: string }) => Promise<{ stdout: string }>

/** The truth about a Compose project on a sample host, asked on the host itself and past Slipway. */
export class ProjectTruth {
  readonly sample: SampleHost
  readonly project: string
  readonly exec: Exec

  constructor(sample: SampleHost, project: string) {
    this.sample = sample
    this.project = project
    this.exec = (argv, options) => sample.exec(argv, options)
  }

  get directory(): string {
    return `/home/${this.sample.user}/${this.project}`
  }

  /** Image tag and state of each container: `api 0.10.0 healthy`, `proxy 2 running`, `init 3 exited 0`. */
  async containers(): Promise<string[]> {
    const format = '{{.Label "com.docker.compose.service"}} {{.Image}} {{.Status}}'
    const filter = `label=com.docker.compose.project=${this.project}`
    const { stdout } = await this.sample.exec(['docker', 'ps', '-a', '--filter', filter, '--format', format])
    return stdout.trim().split('\n').map(shortenState).sort()
  }

  /** One-shots that `docker compose up` runs again keep theirs; whatever it makes anew has another. */
  async containerIds(): Promise<string[]> {
    const filter = `label=com.docker.compose.project=${this.project}`
    const { stdout } = await this.sample.exec(['docker', 'ps', '--all', '--quiet', '--no-trunc', '--filter', filter])
    return stdout.trim().split('\n').sort()
  }

  file(name: string): Promise<string> {
    return this.sample.readFile(`${this.directory}/${name}`)
  }

  /** Changes a text in a file of the stack, as a person would in an editor; once, and it has to be there. */
  async edit(name: string, from: string, to: string): Promise<void> {
    const text = await this.file(name)
    if (!text.includes(from)) throw new Error(`${name} does not say “${from}”:\n${text}`)
    await this.sample.writeFile(
      `${this.directory}/${name}`,
      text.replace(from, () => to),
    )
  }

  /** What a person's own `docker compose up -d` would change: nothing, where every line says `Running`. */
  async composeUp(): Promise<string> {
    const { stderr } = await this.compose('up', '-d')
    return stderr
  }

  /** Docker Compose, as a person types it in the project's directory. */
  compose(...argv: readonly string[]) {
    const script = 'cd "$1" && shift && exec docker compose "$@"'
    return this.sample.exec(['sh', '-c', script, 'sh', this.directory, ...argv], { user: 'deploy' })
  }
}

/** `api registry/acme/api:0.10.0 Up 3 minutes (healthy)` becomes `api 0.10.0 healthy`. */
function shortenState(line: string): string {
  const [, service, tag, status = ''] = /^(\S+) \S*:(\S+) (.*)$/.exec(line) ?? []
  if (service === undefined) return line
  const health = /\((?:health: )?(healthy|unhealthy|starting)\)$/.exec(status)?.[1]
  const exited = /^Exited \((\d+)\)/.exec(status)?.[1]
  const state = health ?? (exited === undefined ? (/^Up /.test(status) ? 'running' : status) : `exited ${exited}`)
  return `${service} ${tag} ${state}`
}
