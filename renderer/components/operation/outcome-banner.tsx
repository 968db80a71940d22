import type { ReactNode } from 'react'
import type { OperationRecord, Outcome } from '../../../shared/contract/operations.ts'
import { formatDuration } from '../../lib/format.ts'
import { OPERATION_NOUNS } from '../../lib/operation-words.ts'
import { OUTCOME_LOOKS } from '../../lib/states.ts'
import { ErrorDetails } from '../error-notice.tsx'
import { InterruptedNotice } from '../interrupted-notice.tsx'
import { Notice } from '../notice.tsx'

interface OutcomeBannerProps {
  readonly record: OperationRecord
  readonly actions?: ReactNode
}

const DELETION_TITLES: Partial<Record<Outcome, string>> = {
  succeeded: 'The replaced data is deleted',
  stopped: 'Deletion stopped: nothing was deleted',
  failed: 'Deletion failed: what is left is still in the list, and can be deleted again',
}

/** The title of an ended operation: which version runs now, in the first words. */
function outcomeTitle({ kind, fromVersion, toVersion, outcome }: OperationRecord): string {
  if (kind === 'deletion') return DELETION_TITLES[outcome] ?? OUTCOME_LOOKS[outcome].word
  const what = OPERATION_NOUNS[kind]
  const titles: Record<Outcome, string> = {
    running: `${what} to ${toVersion} is running`,
    interrupted: `${what} to ${toVersion} was interrupted`,
    succeeded: kind === 'upgrade' ? `Upgraded to ${toVersion}` : `Rolled back to ${toVersion}`,
    'succeeded-unhealthy': `${toVersion} runs, but not everything is healthy`,
    stopped: `${what} stopped: ${fromVersion} runs as before`,
    'rolled-back': `${what} to ${toVersion} failed and was rolled back: ${fromVersion} runs again`,
    'rollback-failed': `${what} to ${toVersion} failed, and so did its rollback`,
    failed: `${what} to ${toVersion} failed before its first change, and not everything runs again`,
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
  // The reason of a rollback by itself tells what the restore meant.
  const isTold = outcome === 'rolled-back' || record.dataRestoreUnfinished
  const data = record.dataRestored && !isTold ? 'Data was restored from the backup.' : null
  return (
    <Notice tone={look.tone} icon={look.icon} title={outcomeTitle(record)} actions={actions} live>
      {record.deletes === null ? null : <div className="mono">{record.deletes}</div>}
      {/* The reason begins with the error's message, and goes on to what it meant for the data. */}
      {[reason ?? error?.message, error?.state, data, error?.hint].map((line) =>
        line ? <div key={line}>{line}</div> : null,
      )}
      {record.weakenings.map((weakening) => (
        <div key={weakening}>{weakening}</div>
      ))}
      {took ? <div>It took {took}.</div> : null}
      {error ? <ErrorDetails error={error} /> : null}
    </Notice>
  )
}
