import { posix } from 'node:path'
import type { ComposeProject } from '../docker/compose.ts'
import type { Host } from '../hosts/host.ts'
import { STACK_RUNBOOK_FILES } from './stack-runbook.ts'

/**
 * A word that is another one when somebody has edited what a stack is made of: its Compose files, its `.env`, its own
 * runbook; behind a link, the file that it leads to. Cheap, since nothing is read. Two edits within one second that leave
 * the size as it was look alike.
 */
export async function readFileMarks(host: Host, project: ComposeProject, signal?: AbortSignal): Promise<string> {
  const { directory, files, envFiles } = project
  const beside = [...(envFiles.length === 0 ? ['.env'] : []), ...STACK_RUNBOOK_FILES]
  const paths = [...files, ...envFiles, ...beside.map((name) => posix.join(directory, name))]
  const options = { follow: true, ...(signal ? { signal } : {}) }
  const stats = await Promise.all(paths.map((path) => host.files.stat(path, options)))
  return stats.map((stat) => (stat === null ? '-' : `${stat.modifiedAtMs} ${stat.sizeBytes} ${stat.mode}`)).join(', ')
}
