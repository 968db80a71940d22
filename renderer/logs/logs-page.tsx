import { useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { LogFilter } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { type Columns, keyFields, serviceCharacters } from './columns.ts'
import { ExportMenu } from './export-menu.tsx'
import { FilterChips } from './filter-chips.tsx'
import { addCondition, EVERYTHING, filterOfLink, linkTo } from './filter-edits.ts'
import { LogDetail } from './log-detail.tsx'
import { LogHistogram } from './log-histogram.tsx'
import { LogList } from './log-list.tsx'
import { stackKey, useLogScreen } from './log-screen.ts'
import { LogStatus } from './log-status.tsx'
import { spansDays } from './log-time.ts'
import { LogToolbar } from './log-toolbar.tsx'
import { type LogSnapshot, LogView } from './log-view.ts'
import classes from './logs-page.module.css'
import { NoLines } from './no-lines.tsx'
import { SavedFilters } from './saved-filters.tsx'
import { ShortcutsHelp } from './shortcuts-help.tsx'
import { usePageKeys } from './use-page-keys.ts'
import { ViewMenu } from './view-menu.tsx'
import { WatchRules } from './watch-rules.tsx'

const ROUTE = '/hosts/$hostId/stacks/$project/logs'

/** What the services of a stack say. */
export function LogsPage() {
  const { hostId, project } = useParams({ from: ROUTE })
  const stackRef = useMemo(() => ({ hostId, project }), [hostId, project])
  const view = useLinkedView(stackRef)
  const snapshot = useSyncExternalStore(view.subscribe, view.getSnapshot)
  return <Logs stackRef={stackRef} view={view} snapshot={snapshot} />
}

/** The view of the stack, opened while the page is, with what the address names. */
function useLinkedView(stackRef: StackRef): LogView {
  const link = useSearch({ from: ROUTE })
  const { at, service, level, text } = link
  const hasFilter = service !== undefined || level !== undefined || text !== undefined || at !== undefined
  const [view] = useState(() => {
    const kept = useLogScreen.getState().filters.get(stackKey(stackRef)) ?? EVERYTHING
    return new LogView(stackRef, hasFilter ? filterOfLink(link) : kept)
  })
  const isFirst = useRef(true)
  useEffect(() => view.start(), [view])
  useEffect(() => {
    if (!isFirst.current && hasFilter) {
      view.setFilter(filterOfLink({ ...(service && { service }), ...(level && { level }), ...(text && { text }) }))
    }
    isFirst.current = false
    if (at !== undefined && !Number.isNaN(Date.parse(at))) view.goTo(at)
  }, [view, at, service, level, text, hasFilter])
  return view
}

interface LogsProps {
  readonly stackRef: StackRef
  readonly view: LogView
  readonly snapshot: LogSnapshot
}

function Logs({ stackRef, view, snapshot }: LogsProps) {
  const [isOpen, setOpen] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const { state, filter, selected, error, missed } = snapshot
  const keepFilter = useLogScreen(({ keepFilter: keep }) => keep)
  const setFilter = (next: LogFilter) => {
    view.setFilter(next)
    keepFilter(stackRef, next)
  }
  const { fields, columns } = useColumns(snapshot)
  usePageKeys(view, search)
  useEffect(() => list.current?.focus({ preventScroll: true }), [])
  const addressOf = useAddress(stackRef, filter)
  const close = () => {
    setOpen(false)
    list.current?.focus()
  }
  return (
    <section className={classes.logs} aria-label="Logs">
      <LogToolbar
        snapshot={snapshot}
        onFilter={setFilter}
        searchRef={search}
        onLeave={() => list.current?.focus()}
        actions={
          <>
            <SavedFilters stackRef={stackRef} filter={filter} onFilter={setFilter} />
            <WatchRules
              stackRef={stackRef}
              filter={filter}
              services={state?.services.map(({ service }) => service) ?? []}
            />
            <ViewMenu fields={fields} />
            <ExportMenu view={view} project={stackRef.project} disabled={!state || state.count === 0} />
            <ShortcutsHelp />
          </>
        }
      />
      <FilterChips filter={filter} onFilter={setFilter} />
      <LogHistogram
        histogram={state?.histogram ?? null}
        filter={filter}
        onRange={(from, to) => setFilter({ ...filter, from, to })}
      />
      {error ? (
        <div className={classes.failure}>
          <ErrorNotice error={error} />
        </div>
      ) : null}
      {missed ? (
        <div className={classes.failure}>
          <Notice tone="warn" title={missed} live />
        </div>
      ) : null}
      <div className={classes.middle}>
        <div className={classes.list}>
          <LogList
            ref={list}
            empty={emptyList(view, snapshot, setFilter)}
            view={view}
            snapshot={snapshot}
            columns={columns}
            onOpen={() => setOpen(true)}
            onClose={close}
          />
        </div>
        {isOpen && selected ? (
          <LogDetail
            view={view}
            lineId={selected.id}
            addressOf={addressOf}
            onCondition={(condition) => setFilter(addCondition(filter, condition))}
            onClose={close}
          />
        ) : null}
      </div>
      {state ? <LogStatus view={view} snapshot={snapshot} state={state} /> : null}
    </section>
  )
}

/** What stands in the list's place while it has no row; null where it has, or will have at once. */
function emptyList(view: LogView, snapshot: LogSnapshot, onFilter: (filter: LogFilter) => void) {
  const { state, error, applying } = snapshot
  if (!state) return error ? null : <LoadingAfter what="Opening the logs" />
  if (state.count > 0 || applying) return null
  return <NoLines view={view} snapshot={snapshot} state={state} onFilter={onFilter} />
}

function useColumns({ state, filter }: LogSnapshot): { fields: string[]; columns: Columns } {
  const hiddenFields = useLogScreen((screen) => screen.hiddenFields)
  const fieldsKey = state ? keyFields(state, filter.services).join('\n') : ''
  const characters = state ? serviceCharacters(state) : 0
  const withDay = spansDays(state?.oldest ?? null, state?.newest ?? null)
  return useMemo(() => {
    const fields = fieldsKey === '' ? [] : fieldsKey.split('\n')
    const shown = fields.filter((field) => !hiddenFields.has(field))
    return { fields, columns: { fields: shown, withDay, serviceCharacters: characters } }
  }, [fieldsKey, hiddenFields, withDay, characters])
}

/** The whole address at which a moment is shown again, with the filter as far as an address can name it. */
function useAddress(stackRef: StackRef, filter: LogFilter): (time: string) => string {
  const router = useRouter()
  return useCallback(
    (time) => {
      const { href } = router.buildLocation({ to: ROUTE, params: stackRef, search: linkTo(filter, time) })
      return `${window.location.origin}${window.location.pathname}#${href}`
    },
    [router, stackRef, filter],
  )
}
