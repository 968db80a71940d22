import { SlipwayError } from '../../../shared/errors.ts'
import type { Counts } from '../../../shared/operations/judge-backup.ts'
import type { DatasetJob } from './kind.ts'

/** Holds what was restored against the manifest: `backup.restore-failed` with the first difference. */
export function requireSameCounts({ dataset, host }: DatasetJob, expected: Counts, restored: Counts): void {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(restored)])]
  const wrong = names.find((name) => expected[name] !== restored[name])
  if (wrong === undefined) return
  throw new SlipwayError(
    'backup.restore-failed',
    `${dataset.id} on ${host.label} was restored beside, but not whole: ${wrong} has ${restored[wrong] ?? 'nothing'} where the manifest says ${expected[wrong] ?? 'nothing'}.`,
    { state: 'The present data was not touched.', hint: 'Use another backup.' },
  )
}
