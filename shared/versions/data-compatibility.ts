import semver from 'semver'

/** The part of a runbook's version policy that speaks of data. */
export interface DataPolicy {
  readonly dataCompatible: 'never' | 'within-patch' | 'within-minor' | 'within-major' | 'always'
  readonly forwardOnly: readonly { readonly version: string; readonly reason: string }[]
}

export interface DataDecision {
  /** Whether the older of the two versions may run on data that the newer one has touched. */
  readonly keep: boolean
  /** Why, in a sentence. */
  readonly reason: string
}

/**
 * Whether data written by one version can be kept for the other, in either direction. What cannot be compared is
 * never compatible, unless the product promises it for every version.
 */
export function canKeepData(policy: DataPolicy, from: string | null, to: string | null): DataDecision {
  const [a, b] = [semver.parse(from), semver.parse(to)]
  if (a === null || b === null) return decideUnknown(policy, from, to)
  if (a.compare(b) === 0) return { keep: true, reason: `Both are ${a.version}: the data stays as it is.` }
  const [older, newer] = a.compare(b) < 0 ? [a, b] : [b, a]
  const barrier = findBarrier(policy, older, newer)
  if (barrier !== undefined) {
    return { keep: false, reason: `The migration to ${barrier.version} cannot be undone: ${barrier.reason}` }
  }
  return decideByDistance(policy.dataCompatible, older, newer)
}

function decideUnknown(policy: DataPolicy, from: string | null, to: string | null): DataDecision {
  if (policy.dataCompatible === 'always' && policy.forwardOnly.length === 0) {
    return { keep: true, reason: 'The product promises that every version runs on the data of every other.' }
  }
  const unknown = semver.valid(from) === null ? from : to
  return {
    keep: false,
    reason: `${unknown === null ? 'A version is not known' : `“${unknown}” is not a version that can be compared`}, so nobody can say whether its data fits.`,
  }
}

function findBarrier(policy: DataPolicy, older: semver.SemVer, newer: semver.SemVer) {
  return policy.forwardOnly.find(({ version }) => {
    const at = semver.parse(version)
    return at !== null && at.compare(older) > 0 && at.compare(newer) <= 0
  })
}

function decideByDistance(
  rule: DataPolicy['dataCompatible'],
  older: semver.SemVer,
  newer: semver.SemVer,
): DataDecision {
  const pair = `${older.version} and ${newer.version}`
  if (rule === 'always') return { keep: true, reason: 'The product promises that every version runs on the same data.' }
  if (rule === 'never') {
    return { keep: false, reason: `No promise is known that ${older.version} runs on data of ${newer.version}.` }
  }
  const family = { 'within-patch': 'patch', 'within-minor': 'minor', 'within-major': 'major' }[rule]
  const keep = sameNumbers(rule, older, newer)
  return {
    keep,
    reason: keep
      ? `${pair} belong to one ${family} version, which shares its data format.`
      : `${pair} are not of one ${family} version, and only those share their data format.`,
  }
}

function sameNumbers(rule: 'within-patch' | 'within-minor' | 'within-major', a: semver.SemVer, b: semver.SemVer) {
  if (a.major !== b.major) return false
  if (rule === 'within-major') return true
  if (a.minor !== b.minor) return false
  return rule === 'within-minor' || a.patch === b.patch
}
