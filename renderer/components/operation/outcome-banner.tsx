import type { ReactNode } from 'react'
import type { OperationRecord, Outcome } from '../../../shared/contract/operations.ts'
import { formatDuration } from '../../lib/format.ts'
import { OUTCOME_LOOKS } from '../../lib/states.ts'
import { ErrorDetails } from '../error-notice.tsx'
import { InterruptedNotice } from '../interrupted-notice.tsx'
import { Notice } from '../notice.tsx'

interface OutcomeBannerProps {
  readonly record: OperationRecord
  readonly actions?: ReactNode
}

/** The title of an ended operation: which version runs now, in the first words. */
function outcomeTitle({ kind, fromVersion, toVersion, outcome }: OperationRecord): string {
  const what = kind === 'upgrade' ? 'Upgrade' : 'Rollback'
  const titles: Record<Outcome, string> = {
    running: `${what} to ${toVersion} is running`,
    interrupted: `${what} to ${toVersion} was interrupted`,
    succeeded: kind === 'upgrade' ? `Upgraded to ${toVersion}` : `Rolled back to ${toVersion}`,
    'succeeded-unhealthy': `${toVersion} runs, but not everything is healthy`,
    stopped: `${what} stopped: ${fromVersion} runs as before`,
    'rolled-back': `${what} to ${toVersion} failed and was rolled back: ${fromVersion} runs again`,
    'rollback-failed': `${what} to ${toVersion} failed, and so did its rollback`,
  }
  return titles[outcome]
}

/** How it ended, why, what things are left in, and what to do. */
export function OutcomeBanner({ record, actions }: OutcomeBannerProps) {
  const { outcome, error, reason } = record
  if (outcome === 'running') return null
  if (outcome === 'interrupted') return <InterruptedNotice operation={record}>{actions}</InterruptedNotice>
  const look = OUTCOME_LOOKS[outcome]
  const took = record.endedAt ? formatDuration(Date.parse(record.endedAt) - Date.parse(record.startedAt)) : null
  const data = record.dataRestored ? 'Data was restored from the backup.' : null
  const why = error?.message ?? reason
  return (
    <Notice tone={look.tone} icon={look.icon} title={outcomeTitle(record)} actions={actions} live>
      {[why, error?.state, data, error?.hint].map((line) => (line ? <div key={line}>{line}</div> : null))}
      {record.weakenings.map((weakening) => (
        <div key={weakening}>{weakening}</div>
      ))}
      {took ? <div>It took {took}.</div> : null}
      {error ? <ErrorDetails error={error} /> : null}
    </Notice>
  )
}
