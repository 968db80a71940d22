import { SlipwayError } from '../../../shared/errors.ts'
import type { Counts } from '../../../shared/operations/judge-backup.ts'
import type { DatasetJob } from './kind.ts'

/** Names of replaced data are read from a file on the host: nothing but what a restore has put aside may be touched. */
export function notReplaced({ dataset, host }: DatasetJob, name: string): SlipwayError {
  return new SlipwayError(
    'operation.blocked',
    `${name} on ${host.label} is not named as what a restore of ${dataset.id} puts aside, so Slipway does not touch it.`,
    {
      state: 'Nothing was deleted.',
      hint: 'Compare the data set in the runbook with where the data was. What nobody needs can be deleted by hand.',
    },
  )
}

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
