import type { HostSession } from '../stacks/stack.ts'

export type ShowCommand = (argv: readonly string[], directory?: string) => string

/** What commands are shown for: where they are typed, and the engine that they talk to. */
export type ShowFor = Pick<HostSession, 'host' | 'engine'>

/** Writes commands as a person would type them on the host. Docker is told of the same engine that the run talks to. */
export function createShow({ host, engine }: ShowFor): ShowCommand {
  return ([program = '', ...rest], directory) => {
    const isDocker = program === 'docker'
    return host.describeCommand([program, ...(isDocker ? engine.cliFlags : []), ...rest], {
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(isDocker ? { sudo: host.usesSudo } : {}),
    })
  }
}

/** What lends a container of any image the host's programs. */
export const HOST_TOOLS: readonly string[] = ['/usr', '/lib', '/lib64'].map((path) => `${path}:${path}:ro`)
