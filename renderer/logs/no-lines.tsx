import { Button } from '@mantine/core'
import { IconFileText, IconFilterOff } from '@tabler/icons-react'
import type { LogFilter, LogViewState } from '../../shared/contract/logs.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { announceFailure } from '../lib/announce.ts'
import { EVERYTHING, filterSentence } from './filter-edits.ts'
import { canSearch } from './history-search.tsx'
import type { LogSnapshot, LogView } from './log-view.ts'
import { whyEmpty } from './why-empty.ts'

interface NoLinesProps {
  readonly view: LogView
  readonly onFilter: (filter: LogFilter) => void
  readonly snapshot: LogSnapshot
  readonly state: LogViewState
}

/** Why the list is empty, and what can be done about it. */
export function NoLines({ view, snapshot: { filter }, state, onFilter }: NoLinesProps) {
  if (state.heldLines === 0) return <NothingHeld state={state} />
  return (
    <EmptyState
      icon={IconFilterOff}
      title="No line passes"
      action={
        <Button.Group>
          <Button variant="default" onClick={() => onFilter(EVERYTHING)}>
            Clear the filter
          </Button>
          <Button
            variant="default"
            disabled={!canSearch(state.search)}
            onClick={() => void view.search().catch(announceFailure)}
          >
            Search on the host
          </Button>
        </Button.Group>
      }
    >
      <p>
        None of the {state.heldLines.toLocaleString('en')} lines that are held passes: {filterSentence(filter)}. The
        host may have older ones.
      </p>
    </EmptyState>
  )
}

function NothingHeld({ state }: { readonly state: LogViewState }) {
  const why = whyEmpty(state)
  switch (why.kind) {
    case 'failed':
      return null
    case 'opening':
      return <LoadingAfter what="Opening the logs" />
    case 'unread':
      return (
        <EmptyState icon={IconFileText} title="No service is followed yet">
          <p>Lines come here as soon as a container of the stack can be read.</p>
        </EmptyState>
      )
    case 'silent':
      return (
        <EmptyState icon={IconFileText} title="No lines yet">
          <p>
            {why.unreadable.length === 0 ? 'The services have' : 'The services that can be read have'} written nothing
            that the host still has. What they write comes here at once.
          </p>
          {why.unreadable.length === 0 ? null : <p>Not read: {why.unreadable.join(', ')}. The list below says why.</p>}
        </EmptyState>
      )
  }
}
