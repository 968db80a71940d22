/** Docker 20.10: the oldest whose answers have all that Slipway reads. */
export const OLDEST_API = '1.41'
/** The newest API whose answers were checked; an engine that speaks more is asked in this one. */
const NEWEST_API = '1.47'

/** The engine's API version, but no newer one than Slipway knows. */
export function negotiateApi(engineVersion: string): string {
  return compareApi(engineVersion, NEWEST_API) > 0 ? NEWEST_API : engineVersion
}

/** Compares API versions such as 1.9 and 1.41 by their numbers. */
export function compareApi(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number)
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number)
  return leftMajor - rightMajor || leftMinor - rightMinor
}
