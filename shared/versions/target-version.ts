import type { TargetVersion } from '../contract/versions.ts'

/** A target as people say it: `0.11.0`, or `0.10.0, 0.9.0` where services go to different versions. */
export function describeTarget(target: TargetVersion): string {
  return typeof target === 'string' ? target : [...new Set(Object.values(target))].join(', ')
}
