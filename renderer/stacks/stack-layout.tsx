import { IconStackPop } from '@tabler/icons-react'
import { Outlet, useParams } from '@tanstack/react-router'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { RelativeTime } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { hostLook } from '../lib/states.ts'
import { useHost, useStack } from '../lib/use-hosts.ts'
import { findInterrupted, useHistory } from '../lib/use-operations.ts'
import { InterruptedBanner } from './interrupted-banner.tsx'
import { StackHeader } from './stack-header.tsx'
import classes from './stack-layout.module.css'
import { StackTabs } from './stack-tabs.tsx'

/** What stays while one goes through a stack's tabs: name, state, and the one thing to do now. */
export function StackLayout() {
  const ref = useParams({ from: '/hosts/$hostId/stacks/$project' })
  const stackRef = { hostId: ref.hostId, project: ref.project }
  const { data: stack, error } = useStack(stackRef)
  const host = useHost(ref.hostId)
  const history = useHistory(stackRef)
  const interrupted = findInterrupted(history.data?.operations ?? [])

  if (!stack) {
    return (
      <div className={classes.page}>
        {error ? <Unreadable /> : <LoadingAfter what={`Reading the stack ${ref.project}`} />}
        {error ? <ErrorNotice error={error} /> : null}
      </div>
    )
  }
  const failure = stack.error ?? error
  const connected = host?.status.kind === 'connected'
  return (
    <div className={classes.page}>
      <StackHeader stack={stack} connected={connected} interrupted={interrupted} />
      <div className={classes.notices}>
        {connected || !host ? null : (
          <Notice
            tone="unknown"
            title={`This is the last picture: ${host.label} is ${hostLook(host).word.toLowerCase()}`}
          >
            Taken <RelativeTime at={stack.checkedAt} />. The state of the stack now is not known.
          </Notice>
        )}
        {connected && failure ? <ErrorNotice error={failure} /> : null}
        {interrupted ? <InterruptedBanner stack={stack} operation={interrupted} /> : null}
      </div>
      <StackTabs stackRef={stackRef} />
      <div className={classes.content}>
        <Outlet />
      </div>
    </div>
  )
}

function Unreadable() {
  return (
    <EmptyState
      order={1}
      icon={IconStackPop}
      title="This stack cannot be shown"
      action={<LinkButton to="/">Go to the hosts</LinkButton>}
    >
      <p>Nothing was read of it yet. The reason is below.</p>
    </EmptyState>
  )
}
