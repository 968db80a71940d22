import type { LockView, Owner } from '../../shared/contract/operations.ts'
import { count } from '../../shared/count.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { listBackups } from './backup-store.ts'
import type { DataMeasure } from './datasets/measure-data.ts'
import { layOut } from './layout.ts'
import { nameOwner } from './lock.ts'
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
/** A disk that is filled to the last byte stops the engine, and every database with it. */
const SPARE_BYTES = 256 * 1024 * 1024
/** Times in journals and locks are the host's; a host this far off deserves a word. */
const CLOCK_TOLERANCE_MS = 30_000

export interface HostSubject extends PreflightSubject {
  readonly targets: readonly ServiceTarget[]
  readonly lock: LockView | null
  readonly owner: Owner
  readonly data: Promise<DataMeasure>
}

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

async function askDisk({ stack, targets, options, data, signal }: HostSubject): Promise<Finding> {
  const space = await stack.session.engine.diskSpace({ signal })
  if (space === null) return unknown('How much is free could not be found out.', 'Look with: df -h')
  const downloads = targets.map((target) => (target.kind === 'change' ? target.change.downloadBytes : 0))
  const images = options.skipPull
    ? 0
    : downloads.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0) * PULL_SPACE_FACTOR
  const needed = images + (await data.catch(() => ({ bytes: 0 }))).bytes
  const figures = `${formatBytes(space.freeBytes)} free in ${space.path}, about ${formatBytes(needed)} needed for images and backup.`
  if (space.freeBytes < needed + SPARE_BYTES / 8) return failed(figures, 'Free some space: docker image prune')
  if (space.freeBytes < needed + SPARE_BYTES) return warning(figures, 'It will be tight.')
  return downloads.includes(null)
    ? warning(`${figures} The registry does not say how large every image is.`)
    : passed(figures)
}

/** Asked by writing: rights, quotas and read-only file systems all answer so. */
async function askDirectory({ stack, operationId, signal }: HostSubject): Promise<Finding> {
  const { host } = stack.session
  const path = `${stack.project.directory}/.slipway-write-check-${operationId}`
  await host.files.writeAtomic(path, 'May be deleted.\n', { signal })
  await host.files.remove(path, { signal })
  const backups = await listBackups(host, layOut(stack.slipwayDirectory), signal)
  return passed(`${stack.project.directory} is writable, and holds ${count(backups.length, 'backup')}.`)
}

async function askClock({ stack, signal }: HostSubject): Promise<Finding> {
  const { clockOffsetMs } = await stack.session.host.connect({ signal })
  const seconds = Math.round(Math.abs(clockOffsetMs) / 1000)
  if (Math.abs(clockOffsetMs) <= CLOCK_TOLERANCE_MS) return passed('The clocks of the host and of this computer agree.')
  const direction = clockOffsetMs > 0 ? 'ahead of' : 'behind'
  return warning(
    `The host's clock is ${seconds} s ${direction} this computer's. Times in the record are the host's.`,
    'Set up time synchronisation on the one that is wrong.',
  )
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
