import { Button } from '@mantine/core'
import { IconFileText, IconFilterOff } from '@tabler/icons-react'
import type { LogViewState } from '../../shared/contract/logs.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { announceFailure } from '../lib/announce.ts'
import { EVERYTHING, filterSentence } from './filter-edits.ts'
import { canSearch } from './history-search.tsx'
import type { LogSnapshot, LogView } from './log-view.ts'

interface NoLinesProps {
  readonly view: LogView
  readonly snapshot: LogSnapshot
  readonly state: LogViewState
}

/** Why the list is empty, and what can be done about it. */
export function NoLines({ view, snapshot: { filter }, state }: NoLinesProps) {
  if (state.heldLines === 0) {
    return (
      <EmptyState icon={IconFileText} title="No lines yet">
        <p>The services have written nothing that the host still has. What they write comes here at once.</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={IconFilterOff}
      title="No line passes"
      action={
        <Button.Group>
          <Button variant="default" onClick={() => view.setFilter(EVERYTHING)}>
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
