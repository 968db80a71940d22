import { SlipwayError } from '../../../shared/errors.ts'
import type { DatasetJob } from './kind.ts'
import type { Place } from './place.ts'
import { OPERATION_LABEL, QUESTION } from './throwaway-container.ts'

/** A container of another stack may share the volume; replacing data under it would corrupt what it does. */
export async function requireUnused({ cli, host, stack, signal }: DatasetJob, { source, path }: Place): Promise<void> {
  const { stdout } = await cli.run(['ps', '--quiet', '--filter', `volume=${source}`], { signal })
  const listed = stdout.split('\n').filter((id) => id !== '')
  if (listed.length === 0) return
  // The list lags: a container that has just been stopped is still in it.
  const format = `{{.State.Running}} {{.Name}} {{index .Config.Labels "${OPERATION_LABEL}"}}`
  const inspected = await cli.run(['inspect', '--format', format, ...listed], { signal, okCodes: 'any' })
  const running = inspected.stdout.split('\n').flatMap((line) => {
    const [isRunning, name = '', operation] = line.split(' ')
    return isRunning === 'true' ? [{ name: name.slice(1), operation }] : []
  })
  // A probe that began before the services were stopped may still be reading.
  const questions = running.filter(({ operation }) => operation === QUESTION).map(({ name }) => name)
  if (questions.length > 0) await cli.run(['rm', '--force', ...questions], { signal, okCodes: 'any' })
  const ids = running.filter(({ operation }) => operation !== QUESTION).map(({ name }) => name)
  if (ids.length === 0) return
  throw new SlipwayError(
    'backup.restore-failed',
    `${path} on ${host.label} is still in use by ${ids.length} running containers (${ids.join(', ')}) beside the stack ${stack.ref.project}.`,
    { state: 'The data was not touched.', hint: 'Stop them, then roll back again.' },
  )
}
