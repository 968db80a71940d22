import semver from 'semver'
import type { Jump } from '../contract/versions.ts'
import { canKeepData, type DataPolicy } from './data-compatibility.ts'
import { isPrerelease, prereleaseLabel, relate } from './version.ts'

/** One service that would change. */
export interface JumpChange {
  readonly service: string
  readonly from: string | null
  readonly to: string
  /** The major versions of the PostgreSQL servers in the two images; null where there is none, or nobody knows. */
  readonly postgres: { readonly from: number | null; readonly to: number | null }
}

export interface JumpPolicy extends DataPolicy {
  readonly channel?: string | undefined
  readonly prereleases: boolean
}

type Reason = Jump['reasons'][number]
type Kind = Jump['kind']

/** The gravest stands for all services. */
const GRAVITY: readonly Kind[] = ['same', 'patch', 'minor', 'several-minors', 'major', 'unknown', 'downgrade']

/** What it means to change these services, as the runbook knows the product. `hasData`: there is data to back up. */
export function judgeJump(changes: readonly JumpChange[], policy: JumpPolicy, hasData: boolean): Jump {
  const pairs = [...new Map(changes.map((change) => [`${change.from} ${change.to}`, change])).values()]
  const kinds = pairs.map(kindOf)
  const kind = GRAVITY.findLast((one) => kinds.includes(one)) ?? 'same'
  const reasons = [
    ...pairs.map((pair) => describeDistance(pair, policy, hasData)),
    ...changes.flatMap(describeDatabase),
    ...pairs.flatMap((pair) => describeData(pair, policy, hasData)),
    ...distinctTargets(pairs).flatMap((to) => describePrerelease(to, policy)),
  ]
  const loses = pairs.some((pair) => kindOf(pair) !== 'same' && !canKeepData(policy, pair.from, pair.to).keep)
  const isLong = kind === 'several-minors' || kind === 'major'
  const needsBackup = reasons.some(({ id }) => id === 'forward-only') || (isLong && loses && hasData)
  return {
    kind,
    prerelease: changes.some(({ to }) => semver.valid(to) !== null && isPrerelease(to)),
    allowed: !reasons.some(({ verdict }) => verdict === 'failed'),
    needs: [
      ...(kind === 'same' || kind === 'patch' ? [] : (['acknowledgement'] as const)),
      ...(needsBackup ? (['backup'] as const) : []),
    ],
    reasons,
  }
}

function kindOf({ from, to }: JumpChange): Kind {
  const relation = relate(from, to)
  if (relation !== 'minor' || from === null) return relation
  return minorsBetween(from, to).length > 1 ? 'several-minors' : 'minor'
}

/** The minor versions behind the first up to the second: 1.1, 1.2, 1.3 from 1.0.1 to 1.3.0. */
function minorsBetween(from: string, to: string): string[] {
  const [a, b] = [semver.parse(from), semver.parse(to)]
  if (a === null || b === null) return []
  return Array.from({ length: b.minor - a.minor }, (_, index) => `${b.major}.${a.minor + 1 + index}`)
}

function describeDistance(pair: JumpChange, policy: JumpPolicy, hasData: boolean): Reason {
  const { from, to } = pair
  const arrow = `${from ?? 'An unknown version'} → ${to}`
  const said = (verdict: Reason['verdict'], sentence: string): Reason => ({ id: 'distance', verdict, sentence })
  switch (kindOf(pair)) {
    case 'same':
      return said('passed', `${to} runs already; only the image of that name has changed.`)
    case 'patch':
      return said('passed', `${arrow} stays within one minor version.`)
    case 'minor':
      return said('warning', `${arrow} is the next minor version, which may change what the product does.`)
    case 'several-minors': {
      const minors = minorsBetween(from ?? '', to)
      const few = minors.length > 6 ? `${minors.slice(0, 5).join(', ')} … ${minors.at(-1)}` : minors.join(', ')
      return said(
        'warning',
        `${arrow} crosses ${minors.length} minor versions at once (${few}): the release notes of each of them apply.`,
      )
    }
    case 'major':
      return said('warning', `${arrow} is another major version: what worked before may be gone or work otherwise.`)
    case 'unknown':
      return said('unknown', `${arrow} cannot be compared, so nobody can say what changes on the way.`)
    case 'downgrade':
      return describeDowngrade(arrow, canKeepData(policy, from, to), to, hasData)
  }
}

function describeDowngrade(
  arrow: string,
  { keep, reason }: { keep: boolean; reason: string },
  to: string,
  hasData: boolean,
): Reason {
  if (keep) return { id: 'distance', verdict: 'warning', sentence: `${arrow} goes back. ${reason}` }
  const instead = hasData
    ? 'Roll back to an operation of the history instead: that restores the data as it was before.'
    : 'Restore the data as it was under that version first.'
  return {
    id: 'distance',
    verdict: 'failed',
    sentence: `${arrow} goes back, and ${to} may not run on the data of now. ${reason} ${instead}`,
  }
}

function describeDatabase({ service, postgres }: JumpChange): Reason[] {
  const { from, to } = postgres
  if (from === null || to === null || from === to) return []
  return [
    {
      id: 'database-major',
      verdict: 'failed',
      sentence: `${service} would go from PostgreSQL ${from} to ${to}. A server cannot read the data directory of another major version, so it would not start. Dump the databases with ${from}, and load them into a new volume with ${to}.`,
    },
  ]
}

/** What a rollback will mean for the data. A downgrade has said so already. */
function describeData(pair: JumpChange, policy: JumpPolicy, hasData: boolean): Reason[] {
  const { from, to } = pair
  const kind = kindOf(pair)
  if (kind === 'same' || kind === 'downgrade') return []
  const { keep, reason } = canKeepData(policy, from, to)
  if (keep) return [{ id: 'data', verdict: 'passed', sentence: `A rollback keeps the data. ${reason}` }]
  const isForwardOnly = canKeepData({ ...policy, forwardOnly: [] }, from, to).reason !== reason
  const id = isForwardOnly ? 'forward-only' : 'data'
  if (hasData) {
    const sentence = `${reason} A rollback restores the backup made before, and loses what was written since.`
    return [{ id, verdict: 'warning', sentence }]
  }
  const sentence = `${reason} There is no data set to back up, so a rollback could not restore any.`
  return [{ id, verdict: isForwardOnly ? 'failed' : 'warning', sentence }]
}

function distinctTargets(pairs: readonly JumpChange[]): string[] {
  return [...new Set(pairs.map(({ to }) => to))].filter((to) => semver.valid(to) !== null)
}

function describePrerelease(to: string, { channel, prereleases }: JumpPolicy): Reason[] {
  const label = prereleaseLabel(to)
  if (label === null) return []
  if (channel === label) {
    return [
      { id: 'pre-release', verdict: 'passed', sentence: `${to} is of the channel ${channel}, which is followed.` },
    ]
  }
  const other = channel === undefined ? '' : `, and not of the channel ${channel}, which is followed`
  const verdict = prereleases && channel === undefined ? 'passed' : 'warning'
  return [{ id: 'pre-release', verdict, sentence: `${to} is a pre-release${other}.` }]
}
