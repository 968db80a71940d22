import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { StackDetail } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { RunbookProblems } from '../components/runbook-problems.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc, queryClient } from '../lib/client.ts'
import { useHost, useStack } from '../lib/use-hosts.ts'
import { DraftPanel } from './draft-panel.tsx'
import classes from './runbook-page.module.css'
import { RunbookSections } from './runbook-sections.tsx'
import { RunbookSource } from './runbook-source.tsx'
import { useRunbook, useRunbookEdits } from './use-runbook.ts'

/** How the product is operated: each part of its runbook as it is on this stack. */
export function RunbookPage() {
  const { hostId, project } = useParams({ from: '/hosts/$hostId/stacks/$project' })
  const { data: stack } = useStack({ hostId, project })
  const connected = useHost(hostId)?.status.kind === 'connected'
  return stack ? <Runbook stack={stack} connected={connected} /> : null
}

function Runbook({ stack, connected }: { readonly stack: StackDetail; readonly connected: boolean }) {
  const runbook = useRunbook(stack, connected)
  useRunbookEdits(stack)
  const [drafting, setDrafting] = useState(false)
  const [saved, setSaved] = useState<string | null>(null)
  const failure = failureOf(runbook)
  const readAgain = () => {
    void runbook.refetch()
    void queryClient.invalidateQueries({ queryKey: orpc.runbook.list.key() })
  }
  if (!runbook.data) {
    if (failure) return <ErrorNotice error={failure} />
    if (connected) return <LoadingAfter what="Resolving the runbook against the stack" />
    return <Notice tone="idle" title="The runbook can be read against the stack when its host is connected." />
  }
  return (
    <div className={classes.page}>
      {failure ? <ErrorNotice error={failure} tone="warn" /> : null}
      <RunbookProblems />
      {saved === null ? null : (
        <Notice tone="ok" title="The runbook is saved, and counts from now on" live>
          <span className="mono">{saved}</span> is yours to change with any editor: Slipway reads it again by itself,
          and says here what is wrong with it.
        </Notice>
      )}
      {drafting ? (
        <DraftPanel
          stackRef={stack.ref}
          onClose={() => setDrafting(false)}
          onSaved={(file) => {
            setDrafting(false)
            setSaved(file)
            readAgain()
          }}
        />
      ) : (
        <RunbookSource
          runbook={runbook.data}
          reading={runbook.isFetching}
          onRead={readAgain}
          onDraft={() => {
            setSaved(null)
            setDrafting(true)
          }}
        />
      )}
      <RunbookSections sections={runbook.data.sections} />
    </div>
  )
}
