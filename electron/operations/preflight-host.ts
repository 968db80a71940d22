import { findClockSkew, isMisleading } from '../../shared/clock-skew.ts'
import type { LockView, Owner } from '../../shared/contract/operations.ts'
import { count } from '../../shared/count.ts'
import { listBackups } from './backup-store.ts'
import type { DataMeasure } from './datasets/measure-data.ts'
import { judgeSpace, needOfRestores, type PossibleRestore } from './disk-need.ts'
import { layOut } from './layout.ts'
import { nameOwner } from './lock.ts'
import { placeOf } from './operation-files.ts'
import {
  type Finding,
  failed,
  type PreflightQuestion,
  type PreflightSubject,
  passed,
  unknown,
  warning,
} from './preflight.ts'
import type { ServiceTarget } from './upgrade-target.ts'

/** Layers are kept both packed and unpacked while they are pulled. */
const PULL_SPACE_FACTOR = 2

export interface HostSubject extends PreflightSubject {
  readonly targets: readonly ServiceTarget[]
  readonly lock: LockView | null
  readonly owner: Owner
  readonly data: Promise<DataMeasure>
  /** It brings back what was. */
  readonly isReturn: boolean
  readonly restores: readonly PossibleRestore[]
  /** Files of the stack that are replaced. */
  readonly replaces: readonly string[]
}

/**
 * Directories up to `--`, of which only the first has to be there, then files. Prints the first without the rights. A file
 * is replaced by another one that keeps its owner, which nobody but root can do for somebody else's.
 */
const LOOK_AT_RIGHTS = `
refuse() { printf %s "$2"; exit "$1"; }
first=$1
while [ "$1" != -- ]; do
  if [ "$1" = "$first" ] || [ -e "$1" ]; then [ -w "$1" ] && [ -x "$1" ] || refuse 3 "$1"; fi
  shift
done
shift
for path; do
  file=$(readlink -f "$path" 2>/dev/null) || file=$path
  folder=\${file%/*}
  [ -w "\${folder:-/}" ] && [ -x "\${folder:-/}" ] || refuse 3 "$path"
  [ ! -e "$file" ] || [ -O "$file" ] || [ "$(id -u)" = 0 ] || refuse 4 "$path"
done`

/** Is the host fit for it? */
export function hostQuestions(subject: HostSubject): PreflightQuestion[] {
  return [
    { id: 'connection', title: 'Connection', ask: () => askConnection(subject) },
    { id: 'engine', title: 'Docker engine', ask: () => askEngine(subject) },
    { id: 'disk', title: 'Free disk', ask: () => askDisk(subject) },
    { id: 'directory', title: 'Project directory', ask: () => askDirectory(subject) },
    { id: 'clock', title: 'Clock', ask: () => askClock(subject) },
    { id: 'lock', title: 'Lock', ask: () => askLock(subject) },
  ]
}

async function askConnection({ stack, signal }: HostSubject): Promise<Finding> {
  const { host } = stack.session
  const { user, hostname } = await host.connect({ signal })
  const startedAt = performance.now()
  await host.exec(['true'], { signal })
  return passed(`${user}@${hostname}, answers in ${Math.round(performance.now() - startedAt)} ms.`)
}

async function askEngine({ stack, signal }: HostSubject): Promise<Finding> {
  const info = await stack.session.engine.info({ signal })
  return passed(`Docker ${info.version} with Compose ${info.composeVersion ?? 'unknown'}.`)
}

async function askDisk({ stack, targets, options, data, restores, signal }: HostSubject): Promise<Finding> {
  const space = await stack.session.engine.diskSpace({ signal })
  if (space === null) return unknown('How much is free could not be found out.', 'Look with: df -h')
  const downloads = targets.map((target) => (target.kind === 'change' ? target.change.downloadBytes : 0))
  const images = options.skipPull ? 0 : downloads.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0)
  // That the data cannot be measured is what the question for the backup answers with.
  const { bytes, sizes } = await data.catch(() => ({ bytes: 0, sizes: {} }))
  const needs = [
    { bytes: images * PULL_SPACE_FACTOR, what: 'for images' },
    { bytes: options.skipBackup === null ? bytes : 0, what: 'for the backup' },
    ...needOfRestores(restores, sizes),
  ]
  return judgeSpace(space, needs, !downloads.includes(null))
}

/** Asked as the user who will write, and without writing: a cut in between would leave something in the project. */
async function askDirectory({ stack, replaces, signal }: HostSubject): Promise<Finding> {
  const { host } = stack.session
  const { directory } = stack.project
  const { root, operations, backups } = layOut(stack.slipwayDirectory)
  const argv = ['sh', '-c', LOOK_AT_RIGHTS, 'sh', directory, root, operations, backups, '--', ...replaces]
  const { code, stdout } = await host.exec(argv, { signal, sudo: host.usesSudo, okCodes: [0, 3, 4] })
  const look = host.describeCommand(['ls', '-ld', stdout])
  if (code === 3) {
    return failed(
      `${stdout} cannot be written to, so neither files nor records can be.`,
      `Look at the rights, and whether the file system is read-only: ${look}`,
    )
  }
  if (code === 4) {
    return failed(
      `${stdout} belongs to another user: only root can replace it and keep that owner.`,
      `Give it to the user that Slipway signs in as, or let Slipway go by sudo. Look with: ${look}`,
    )
  }
  const kept = await listBackups(placeOf(stack), signal)
  return passed(`${directory} is writable, and holds ${count(kept.length, 'backup')}.`)
}

/** The way back is never shut by a clock. */
async function askClock({ stack, isReturn, signal }: HostSubject): Promise<Finding> {
  const { host } = stack.session
  const offsetMs = (await host.readClock({ signal })) - Date.now()
  const skew = findClockSkew(host.label, offsetMs)
  if (skew === null) return passed('The clocks of the host and of this computer agree.')
  if (isMisleading(offsetMs) && !isReturn) throw skew
  return warning(`${skew.message} ${skew.state}`, skew.hint)
}

export function askLock({ lock }: Pick<HostSubject, 'lock'>): Finding {
  if (lock === null) return passed('Nobody else is working on this stack.')
  if (lock.stale) {
    return failed(
      `The ${lock.kind} ${lock.operationId} of ${nameOwner(lock.owner)} was interrupted at ${lock.heartbeatAt}.`,
      'Resume it or roll it back first.',
    )
  }
  return failed(
    `${nameOwner(lock.owner)} has been working on this stack since ${lock.acquiredAt}.`,
    'Wait until it has ended.',
  )
}
