import { VisuallyHidden } from '@mantine/core'
import type { OperationRecord } from '../../../shared/contract/operations.ts'
import type { StackRef } from '../../../shared/contract/stacks.ts'
import type { OperationProgress } from '../../lib/operation-progress.ts'
import { OUTCOME_LOOKS } from '../../lib/states.ts'
import { useHost } from '../../lib/use-hosts.ts'
import { RelativeTime } from '../figures.tsx'
import { Panel } from '../panel.tsx'
import { StateBadge } from '../state-badge.tsx'
import { CancelButton } from './cancel-button.tsx'
import { OutputPanel } from './output-panel.tsx'
import { StepList } from './step-list.tsx'

interface OperationLiveProps {
  readonly stackRef: StackRef
  readonly progress: OperationProgress
}

/** The steps of an operation as they go, with its output and the way to cancel it. */
export function OperationLive({ stackRef, progress }: OperationLiveProps) {
  const host = useHost(stackRef.hostId)
  const { record } = progress
  if (!record) return null
  const done = record.steps.filter(({ status }) => status !== 'pending' && status !== 'running').length
  const running = record.outcome === 'running'
  return (
    <>
      <Panel
        flush
        title={running ? describeRunning(record) : 'Steps'}
        aside={
          <>
            {running ? `${done} of ${record.steps.length} steps, ` : ''}
            <RelativeTime at={record.startedAt} prefix="began " /> by {record.owner.user} on {record.owner.machine}
          </>
        }
        actions={
          <>
            <StateBadge look={OUTCOME_LOOKS[record.outcome]} />
            <CancelButton record={record} cancellable={progress.cancellable} />
          </>
        }
      >
        <VisuallyHidden role="status">{running ? currentStep(record) : ''}</VisuallyHidden>
        <StepList steps={record.steps} layers={progress.layers} clockOffsetMs={host?.facts?.clockOffsetMs ?? 0} />
      </Panel>
      <OutputPanel output={progress.output} />
    </>
  )
}

function describeRunning({ kind, fromVersion, toVersion }: OperationRecord): string {
  if (kind === 'deletion') return 'Deleting replaced data'
  return `${kind === 'upgrade' ? 'Upgrading' : 'Rolling back'} from ${fromVersion} to ${toVersion}`
}

/** For screen readers, once a step: "Step 4 of 11: Pull 4 images". */
function currentStep({ steps }: OperationRecord): string {
  const index = steps.findIndex(({ status }) => status === 'running' || status === 'undoing')
  return index < 0 ? '' : `Step ${index + 1} of ${steps.length}: ${steps[index]?.title ?? ''}`
}
