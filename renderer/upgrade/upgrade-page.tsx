import { useMutation } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { StackDetail, StackRef } from '../../shared/contract/stacks.ts'
import { RelativeTime } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { Notice } from '../components/notice.tsx'
import { orpc } from '../lib/client.ts'
import { findInterrupted } from '../lib/unfinished.ts'
import { useHost, useStack } from '../lib/use-hosts.ts'
import { useOnChange } from '../lib/use-on-change.ts'
import { useHistory, useLock } from '../lib/use-operations.ts'
import { useShowRun } from '../lib/use-show-run.ts'
import { type Chosen, INITIAL_CHOICE, toUpgradeOptions, type UpgradeChoice } from './choice.ts'
import { ChoosePage } from './choose-page.tsx'
import { PlanPage } from './plan-page.tsx'

/** Choose, see the plan, run it. */
export function UpgradePage() {
  const { hostId, project } = useParams({ from: '/hosts/$hostId/stacks/$project' })
  const search = useSearch({ from: '/hosts/$hostId/stacks/$project/upgrade' })
  const stackRef = { hostId, project }
  const { data: stack } = useStack(stackRef)
  const host = useHost(hostId)
  const interrupted = findInterrupted(useHistory(stackRef).data?.operations ?? [])
  const [choice, setChoice] = useState<UpgradeChoice>({ ...INITIAL_CHOICE, version: search.version ?? null })
  const plan = useMutation(orpc.upgrade.plan.mutationOptions())
  const run = useMutation(orpc.upgrade.run.mutationOptions({ onSuccess: useShowRun(stackRef) }))
  const [isOutdated, setIsOutdated] = useState(false)
  const [ranId, setRanId] = useState<string | null>(null)
  const forget = () => {
    plan.reset()
    run.reset()
  }
  const other = stack ? operationBeside(stack, ranId) : null
  // What another operation has changed meanwhile, the plan does not know of.
  useOnChange(stack && stack.error === null ? `${other?.id} ${stack.version}` : null, () => {
    if (plan.data || plan.isPending) setIsOutdated(true)
    forget()
  })
  if (!stack) return null
  if (other && !other.stale) return <OperationRunning stackRef={stackRef} operation={other} />
  if (interrupted || other) {
    return (
      <Notice
        tone="idle"
        title="The next upgrade can be planned once the interrupted operation is resumed or rolled back."
      />
    )
  }
  if (host?.status.kind !== 'connected') {
    return <Notice tone="idle" title="An upgrade can be planned when the host is connected." />
  }

  const showPlan = (chosen: Chosen) => {
    setIsOutdated(false)
    plan.mutate({ ...stackRef, version: chosen.target, options: toUpgradeOptions(choice, chosen) })
  }
  if (plan.data) {
    return (
      <PlanPage
        plan={plan.data}
        run={run}
        replanning={plan.isPending}
        onRun={() => {
          setRanId(plan.data.id)
          run.mutate({ ...stackRef, planId: plan.data.id })
        }}
        onReplan={() => {
          setRanId(null)
          run.reset()
          plan.mutate(plan.variables)
        }}
        onBack={() => {
          setRanId(null)
          forget()
        }}
      />
    )
  }
  const { isPending, error } = plan
  return (
    <ChoosePage
      stack={stack}
      choice={choice}
      onChange={setChoice}
      plan={{ isPending, error, isOutdated }}
      onShowPlan={showPlan}
    />
  )
}

/** The operation that holds the stack, unless it is the one that was run here. One that takes the lock has no id yet. */
function operationBeside({ operation }: StackDetail, ranId: string | null): StackDetail['operation'] {
  return operation && operation.id !== '' && operation.id !== ranId ? operation : null
}

interface OperationRunningProps {
  readonly stackRef: StackRef
  readonly operation: NonNullable<StackDetail['operation']>
}

/** Who holds the stack and since when: two laptops never operate one stack at once. */
function OperationRunning({ stackRef, operation }: OperationRunningProps) {
  const lock = useLock(stackRef).data
  return (
    <Notice
      tone="busy"
      title={`${operation.kind === 'upgrade' ? 'An' : 'A'} ${operation.kind} is running`}
      actions={
        <LinkButton
          to="/hosts/$hostId/stacks/$project/run/$operationId"
          params={{ ...stackRef, operationId: operation.id }}
        >
          View it
        </LinkButton>
      }
    >
      {lock ? (
        <>
          {lock.owner.user} on {lock.owner.machine} began it <RelativeTime at={lock.acquiredAt} />.{' '}
        </>
      ) : null}
      One operation at a time: the next upgrade can be planned when it has ended.
    </Notice>
  )
}
