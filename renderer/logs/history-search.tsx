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
  const isBackwards = search?.at === null
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
          disabled={!canSearch(search)}
          onClick={() => void view.search().catch(announceFailure)}
        >
          {isBackwards && search.state === 'found' ? 'Search further back' : 'Search in history'}
        </Button>
      )}
    </span>
  )
}

/** Whether a search backwards may bring more. */
export function canSearch(search: LogViewState['search']): boolean {
  if (search === null || search.at !== null) return true
  return search.state !== 'running' && search.state !== 'exhausted' && search.state !== 'full'
}

function searchText({
  state,
  at,
  lookedBackTo,
  readLines,
  foundLines,
  error,
}: NonNullable<LogViewState['search']>): string {
  const far = lookedBackTo === null ? '' : `looked back to ${formatLineTime(lookedBackTo, true)}, `
  const figures = `${far}read ${readLines.toLocaleString('en')} lines, found ${foundLines.toLocaleString('en')}`
  const where = at === null ? '' : ` around ${formatLineTime(at, true)}`
  if (state === 'full') {
    return `Search stopped: what was found takes all the room that there is, and a filter that lets less pass finds more (${figures})`
  }
  if (state === 'exhausted') return `Searched all that the host has${where}: ${figures}`
  if (state === 'cancelled') return `Search cancelled: ${figures}`
  if (state === 'failed') return `The search failed: ${error?.message ?? 'the reason is not known'} (${figures})`
  return `${state === 'running' ? 'Searching' : 'Searched'}${where}: ${figures}`
}
