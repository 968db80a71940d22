import { SlipwayError } from '../../../../shared/errors.ts'
import { type Counts, sumCounts } from '../../../../shared/operations/judge-backup.ts'
import type { BackupOf } from '../kind.ts'
import type { RedisJob } from './session.ts'

/** Holds what a server has loaded against the manifest: keys that expire may be gone by now, and no others. */
export function requireLoaded({ dataset, host }: RedisJob, backup: BackupOf<'redis'>, loaded: Counts): void {
  const [expected, found] = [sumCounts(backup.keys), sumCounts(loaded)]
  if (found <= expected && found >= expected - backup.expiring) return
  throw new SlipwayError(
    'backup.restore-failed',
    `${dataset.id} on ${host.label} was restored beside, but not whole: it has ${found} keys where the manifest says ${expected}, of which ${backup.expiring} expire.`,
    { state: 'The present data was not touched.', hint: 'Use another backup.' },
  )
}
