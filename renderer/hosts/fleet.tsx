import { SegmentedControl, TextInput, UnstyledButton } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconSearch, IconSearchOff } from '@tabler/icons-react'
import { useRef } from 'react'
import type { FleetHost, Observed } from '../../shared/contract/monitor.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { count } from '../lib/format.ts'
import { countStates, OBSERVED_LOOKS } from '../lib/observed.ts'
import classes from './fleet.module.css'
import { type FleetFilter, fleetGroups, fleetRows } from './fleet-rows.ts'
import { FleetTable } from './fleet-table.tsx'
import { FleetTiles } from './fleet-tiles.tsx'
import { useFleetView } from './fleet-view.ts'

/** All stacks of all hosts: worst first in a list, or a tile for each host. */
export function Fleet({ hosts }: { readonly hosts: readonly FleetHost[] }) {
  const { text, states, grouped, setText, toggleState, setGrouped, clear } = useFleetView()
  const filter: FleetFilter = { text, states }
  const rows = fleetRows(hosts, filter)
  const groups = fleetGroups(hosts, filter)
  const nothing = grouped ? groups.length === 0 : rows.length === 0
  return (
    <section className={classes.fleet} aria-label="Stacks of all hosts at a glance">
      <div className={classes.toolbar}>
        <FilterInput text={text} onChange={setText} />
        <StateFilter hosts={hosts} states={states} onToggle={toggleState} />
        <span className={classes.shown} role="status">
          {text !== '' || states.size > 0 ? `${count(rows.length, 'stack')} shown` : ''}
        </span>
        <SegmentedControl
          size="xs"
          aria-label="Order"
          value={grouped ? 'host' : 'worst'}
          data={[
            { value: 'worst', label: 'Worst first' },
            { value: 'host', label: 'By host' },
          ]}
          onChange={(value) => setGrouped(value === 'host')}
        />
      </div>
      {nothing ? <Nothing filtered={text !== '' || states.size > 0} onClear={clear} /> : null}
      {nothing ? null : grouped ? <FleetTiles groups={groups} /> : <FleetTable rows={rows} />}
    </section>
  )
}

function FilterInput({ text, onChange }: { readonly text: string; readonly onChange: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  useHotkeys([['/', () => input.current?.focus()]])
  return (
    <TextInput
      ref={input}
      size="xs"
      className={classes.filter ?? ''}
      aria-label="Filter stacks"
      placeholder="Filter by stack, host, version ( / )"
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onChange('')
      }}
    />
  )
}

interface StateFilterProps {
  readonly hosts: readonly FleetHost[]
  readonly states: ReadonlySet<Observed>
  readonly onToggle: (state: Observed) => void
}

/** How many there are of each state; pressed, only those are shown. */
function StateFilter({ hosts, states, onToggle }: StateFilterProps) {
  const counts = countStates(hosts.flatMap(({ stacks }) => stacks.map(({ state }) => state)))
  return (
    <fieldset className={classes.states} aria-label="Only these states">
      {counts.map(([state, amount]) => {
        const look = OBSERVED_LOOKS[state]
        return (
          <UnstyledButton
            key={state}
            className={classes.stateChip}
            data-tone={look.tone}
            aria-pressed={states.has(state)}
            onClick={() => onToggle(state)}
          >
            <look.icon size={14} aria-hidden />
            {amount} {look.word.toLowerCase()}
          </UnstyledButton>
        )
      })}
    </fieldset>
  )
}

function Nothing({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  if (!filtered) return <p className={classes.noStack}>No stack is known yet. They appear once a host is connected.</p>
  return (
    <EmptyState
      icon={IconSearchOff}
      title="No stack passes the filter"
      action={
        <UnstyledButton className={classes.clear} onClick={onClear}>
          Show all stacks
        </UnstyledButton>
      }
    >
      <p>The words are looked for in the names of stacks and hosts, in versions and in reasons.</p>
    </EmptyState>
  )
}
