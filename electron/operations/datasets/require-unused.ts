import { SlipwayError } from '../../../shared/errors.ts'
import type { DatasetJob } from './kind.ts'
import type { Place } from './place.ts'

/** A container of another stack may share the volume; replacing data under it would corrupt what it does. */
export async function requireUnused({ cli, host, stack, signal }: DatasetJob, { source, path }: Place): Promise<void> {
  const { stdout } = await cli.run(['ps', '--quiet', '--filter', `volume=${source}`], { signal })
  const listed = stdout.split('\n').filter((id) => id !== '')
  if (listed.length === 0) return
  // The list lags: a container that has just been stopped is still in it.
  const states = ['inspect', '--format', '{{.State.Running}} {{.Name}}', ...listed]
  const inspected = await cli.run(states, { signal, okCodes: 'any' })
  const ids = inspected.stdout.split('\n').flatMap((line) => (line.startsWith('true ') ? [line.slice(6)] : []))
  if (ids.length === 0) return
  throw new SlipwayError(
    'backup.restore-failed',
    `${path} on ${host.label} is still in use by ${ids.length} running containers (${ids.join(', ')}) beside the stack ${stack.ref.project}.`,
    { state: 'The data was not touched.', hint: 'Stop them, then roll back again.' },
  )
}
