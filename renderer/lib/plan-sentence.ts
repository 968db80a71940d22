import type { Plan } from '../../shared/contract/operations.ts'
import { count, formatBytes } from './format.ts'

/** What can be said of a plan's download: the known sum, and whether some of it is unknown. */
export function downloadText(changes: Plan['changes']): string {
  const known = changes.reduce((sum, { downloadBytes }) => sum + (downloadBytes ?? 0), 0)
  const unknown = changes.filter(({ downloadBytes }) => downloadBytes === null).length
  if (unknown === 0) return formatBytes(known)
  if (unknown === changes.length) return 'a size that the registry does not say'
  return `at least ${formatBytes(known)} (${count(unknown, 'image')} of unknown size)`
}

function pullText(changes: Plan['changes']): string {
  const isThere = changes.every(({ downloadBytes }) => downloadBytes === 0)
  return isThere ? 'takes the images that are on the host, by digest' : `pulls ${downloadText(changes)} by digest`
}

/** Whether services go to different versions. */
export function goesApart(changes: Plan['changes']): boolean {
  return new Set(changes.map(({ to }) => to.version)).size > 1
}

function describeChange({ service, from, to }: Plan['changes'][number]): string {
  return `${service} ${from.version ?? 'unknown'} → ${to.version}`
}

/** A plan in a sentence or two, as one would say it to a colleague. */
export function planSentence({ kind, changes, fromVersion, toVersion, steps, options }: Plan): string {
  if (kind === 'deletion') return steps.find((step) => step.kind === 'delete-data')?.detail ?? ''
  const apart = goesApart(changes)
  const services =
    changes.length === 1 ? `${changes[0]?.service ?? 'one service'} goes` : `${count(changes.length, 'service')} go`
  const change = apart
    ? `${services} to versions of their own: ${changes.map(describeChange).join(', ')}`
    : `${services} from ${fromVersion} to ${toVersion}`
  const has = (step: string) => steps.some(({ kind: own }) => own === step)
  const parts = [
    // Where nothing is backed up the step is there to say so, and does nothing.
    steps.some((step) => step.kind === 'backup' && step.commands.length > 0) ? 'backs up the data' : null,
    has('rollback-point') ? 'keeps a rollback point' : null,
    has('pull') ? pullText(changes) : null,
    has('restore-data') ? 'restores the data' : null,
    has('pin') || has('restore-files') ? 'edits the pin' : null,
    has('migrate') ? 'migrates' : null,
    'recreates the services one by one, each gated on its health',
  ].filter((part) => part !== null)
  const list = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : parts.join('')
  const fallback =
    kind === 'upgrade' && !options.continueUnhealthy
      ? ` If a gate fails, the services return to ${apart ? 'what they run now' : fromVersion} by themselves; what that means for data is said below.`
      : ''
  return `${change}. Slipway ${list}.${fallback}`
}
