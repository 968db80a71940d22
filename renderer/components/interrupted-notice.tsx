import { Button } from '@mantine/core'
import { IconPlayerPause } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import type { LockView, OperationSummary } from '../../shared/contract/operations.ts'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { readJournalsAgain } from '../lib/journals.ts'
import { describeOperation } from '../lib/operation-words.ts'
import { operationWatchKey } from '../lib/use-operation.ts'
import { useLock } from '../lib/use-operations.ts'
import { restartWatch } from '../lib/use-watch.ts'
import { Confirm } from './confirm.tsx'
import { RelativeTime } from './figures.tsx'
import { Notice } from './notice.tsx'

interface InterruptedNoticeProps {
  readonly operation: OperationSummary
  /** Further buttons. */
  readonly children?: ReactNode
}

type Choice = 'resume' | 'rollBack'

/** Offers to go on with an operation that was cut off, or to roll it back; taking over from another is confirmed. */
export function InterruptedNotice({ operation, children }: InterruptedNoticeProps) {
  const [asking, setAsking] = useState<Choice | null>(null)
  const navigate = useNavigate()
  const ref = { ...operation.stack, operationId: operation.id }
  const lock = useLock(operation.stack).data ?? null
  const foreign = lock && !lock.mine ? lock : null
  const onSuccess = async () => {
    setAsking(null)
    await navigate({ to: '/hosts/$hostId/stacks/$project/run/$operationId', params: ref })
    restartWatch(operationWatchKey(operation.stack, operation.id))
    void readJournalsAgain()
  }
  const resume = useMutation(orpc.operation.resume.mutationOptions({ onSuccess }))
  const rollBack = useMutation(orpc.operation.rollBack.mutationOptions({ onSuccess }))
  const call = asking === 'rollBack' ? rollBack : resume
  const back = describeWayBack(operation)

  return (
    <Notice
      tone="warn"
      icon={IconPlayerPause}
      title={`The ${describeOperation(operation)} was interrupted`}
      actions={
        <>
          <Button onClick={() => setAsking('resume')}>{foreign ? 'Take over and resume' : 'Resume'}</Button>
          <Button variant="default" onClick={() => setAsking('rollBack')}>
            {foreign ? `Take over and ${back.verb.toLowerCase()}` : back.verb}
          </Button>
          {children}
        </>
      }
    >
      {operation.owner.user} on {operation.owner.machine} started it <RelativeTime at={operation.startedAt} />; it has
      not come to an end. {operation.reason ?? ''} Nothing else can run on this stack until it is resumed or {back.done}
      .
      <Confirm
        opened={asking !== null}
        title={asking === 'rollBack' ? `${back.action}?` : `Resume the ${operation.kind}?`}
        action={asking === 'rollBack' ? back.action : 'Resume'}
        pending={call.isPending}
        error={failureOf(call)}
        onClose={() => {
          if (call.isError) call.reset()
          setAsking(null)
        }}
        onConfirm={() => call.mutate({ ...ref, takeOver: foreign !== null })}
      >
        <p>
          {asking === 'rollBack'
            ? back.effect
            : 'The journal on the host says which steps were done; it goes on with the first that was not.'}
        </p>
        {foreign ? <TakeOverNote lock={foreign} /> : null}
      </Confirm>
    </Notice>
  )
}

/** What is deleted does not come back: all that can be undone there is the lock. */
function describeWayBack({ kind, fromVersion }: OperationSummary) {
  if (kind === 'deletion') {
    const effect = 'What is deleted does not come back; what is left can be deleted again. The stack is free again.'
    return { verb: 'Give up', action: 'Give up the deletion', done: 'given up', effect }
  }
  return {
    verb: 'Roll back',
    action: `Roll back to ${fromVersion}`,
    done: 'rolled back',
    effect: `The steps that were done are undone, and ${fromVersion} is gated on its health again. Data is restored from the backup where the plan says so.`,
  }
}

function TakeOverNote({ lock }: { readonly lock: LockView }) {
  return (
    <Notice tone={lock.stale ? 'warn' : 'bad'} title={`${lock.owner.user} on ${lock.owner.machine} holds the lock`}>
      Last sign of life <RelativeTime at={lock.heartbeatAt} />, at the step “{lock.step}”.{' '}
      {lock.stale
        ? 'That is long enough to take it over. If the other Slipway is still running there, it stops by itself.'
        : 'It is still alive: talk to its owner before you take it over.'}
    </Notice>
  )
}
