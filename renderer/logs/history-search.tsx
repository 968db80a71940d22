import { Button, Loader } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import type { LogViewState } from '../../shared/contract/logs.ts'
import { announceFailure } from '../lib/announce.ts'
import classes from './log-status.module.css'
import { formatLineTime } from './log-time.ts'
import type { LogView } from './log-view.ts'

interface HistorySearchProps {
  readonly view: LogView
  readonly state: LogViewState
}

/** Looks further back on the host for what passes the filter, says how far it looked, and can be cancelled. */
export function HistorySearch({ view, state: { search } }: HistorySearchProps) {
  const isRunning = search?.state === 'running'
  return (
    <span className={classes.search}>
      {isRunning ? <Loader size={12} aria-hidden /> : null}
      <span role="status">{search ? searchText(search) : ''}</span>
      {isRunning ? (
        <Button variant="default" size="compact-xs" onClick={() => void view.stopSearch().catch(announceFailure)}>
          Cancel the search
        </Button>
      ) : (
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconHistory size={13} aria-hidden />}
          disabled={search?.state === 'exhausted'}
          onClick={() => void view.search().catch(announceFailure)}
        >
          {search?.state === 'found' ? 'Search further back' : 'Search in history'}
        </Button>
      )}
    </span>
  )
}

function searchText({
  state,
  lookedBackTo,
  readLines,
  foundLines,
  error,
}: NonNullable<LogViewState['search']>): string {
  const far = lookedBackTo === null ? '' : `looked back to ${formatLineTime(lookedBackTo, true)}, `
  const figures = `${far}read ${readLines.toLocaleString('en')} lines, found ${foundLines.toLocaleString('en')}`
  if (state === 'exhausted') return `Searched to the beginning of what the host has: ${figures}`
  if (state === 'cancelled') return `Search cancelled: ${figures}`
  if (state === 'failed') return `The search failed: ${error?.message ?? 'the reason is not known'} (${figures})`
  return `${state === 'running' ? 'Searching' : 'Searched'}: ${figures}`
}
