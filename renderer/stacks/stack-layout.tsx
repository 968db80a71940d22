import { IconStackPop } from '@tabler/icons-react'
import { Outlet, useMatchRoute, useParams } from '@tanstack/react-router'
import type { HostView } from '../../shared/contract/hosts.ts'
import type { StackDetail, StackRef } from '../../shared/contract/stacks.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { RelativeTime } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { ProblemList } from '../components/problem-list.tsx'
import { HOST_LOOKS, hostLook } from '../lib/states.ts'
import { findInterrupted } from '../lib/unfinished.ts'
import { useHost, useStack } from '../lib/use-hosts.ts'
import { useCurrentHistory } from '../lib/use-operations.ts'
import { InterruptedBanner } from './interrupted-banner.tsx'
import { StackHeader } from './stack-header.tsx'
import classes from './stack-layout.module.css'
import { StackTabs } from './stack-tabs.tsx'

/** What stays while one goes through a stack's tabs: name, state, and the one thing to do now. */
export function StackLayout() {
  const { hostId, project } = useParams({ from: '/hosts/$hostId/stacks/$project' })
  // Keyed, so that no choice, plan or question of one stack is ever seen on another.
  return <StackFrame key={JSON.stringify([hostId, project])} stackRef={{ hostId, project }} />
}

function StackFrame({ stackRef }: { readonly stackRef: StackRef }) {
  const { operationId } = useParams({ strict: false })
  // Logs take all the room there is: a list that scrolls by itself, in a page that does not.
  const fills = useMatchRoute()({ to: '/hosts/$hostId/stacks/$project/logs' }) !== false
  const { data: stack, error } = useStack(stackRef)
  const host = useHost(stackRef.hostId)
  const history = useCurrentHistory(stackRef)
  const operations = history.data?.operations ?? []
  const interrupted = findInterrupted(operations)

  if (!stack) {
    return (
      <div className={classes.page}>
        {error ? (
          <Unreadable hostId={stackRef.hostId} />
        ) : (
          <LoadingAfter what={`Reading the stack ${stackRef.project}`} />
        )}
        {error ? <ErrorNotice error={error} /> : null}
      </div>
    )
  }
  const failure = stack.error ?? error
  const connected = host?.status.kind === 'connected'
  return (
    <div className={classes.page} data-fills={fills || undefined}>
      <StackHeader stack={stack} connected={connected} interrupted={interrupted} operations={operations} />
      <div className={classes.notices}>
        <PictureNotice stack={stack} host={host} />
        {connected && failure ? <ErrorNotice error={failure} /> : null}
        {stack.runbook.problems.length > 0 ? (
          <Notice tone="warn" title={`The runbook of this stack cannot be used: ${stack.runbook.name} counts instead`}>
            <ProblemList problems={stack.runbook.problems} />
          </Notice>
        ) : null}
        {interrupted && interrupted.id !== operationId ? (
          <InterruptedBanner stack={stack} operation={interrupted} />
        ) : null}
      </div>
      <StackTabs stackRef={stackRef} />
      <div className={classes.content}>
        <Outlet />
      </div>
    </div>
  )
}

interface PictureNoticeProps {
  readonly stack: StackDetail
  readonly host: HostView | undefined
}

/** Says so where what is shown is not what is now. */
function PictureNotice({ stack: { picture, checkedAt }, host }: PictureNoticeProps) {
  if (picture === 'current') return null
  const look = host ? hostLook(host) : HOST_LOOKS.idle
  const why = !host || look === HOST_LOOKS.connected ? '' : ` (${host.label}: ${look.word.toLowerCase()})`
  if (checkedAt === null) {
    return (
      <Notice tone="unknown" title={`This stack has not been read yet${why}`}>
        What runs, and how it is, is not known.
      </Notice>
    )
  }
  return (
    <Notice tone="unknown" title={`This is the last picture${why}`}>
      Taken <RelativeTime at={checkedAt} />. The state of the stack now is not known.
    </Notice>
  )
}

function Unreadable({ hostId }: { readonly hostId: string }) {
  return (
    <EmptyState
      order={1}
      icon={IconStackPop}
      title="This stack cannot be shown"
      action={
        <LinkButton to="/hosts/$hostId" params={{ hostId }}>
          Open the host
        </LinkButton>
      }
    >
      <p>Nothing was read of it yet. The reason is below.</p>
    </EmptyState>
  )
}
