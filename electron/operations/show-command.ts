import type { Host } from '../hosts/host.ts'

export type ShowCommand = (argv: readonly string[], directory?: string) => string

/** Writes commands as a person would type them on the host. */
export function createShow(host: Pick<Host, 'describeCommand' | 'usesSudo'>): ShowCommand {
  return (argv, directory) =>
    host.describeCommand(argv, {
      ...(directory === undefined ? {} : { cwd: directory }),
      ...(argv[0] === 'docker' ? { sudo: host.usesSudo } : {}),
    })
}

/** What lends a container of any image the host's programs. */
export const HOST_TOOLS: readonly string[] = ['/usr', '/lib', '/lib64'].map((path) => `${path}:${path}:ro`)
