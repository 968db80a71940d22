import type { FleetHost, FleetStack, Observed } from '../../shared/contract/monitor.ts'
import { badness } from '../lib/observed.ts'
import { formatObserved, formatShare } from '../lib/uptime.ts'

/** A stack with the host that it is on. */
export interface FleetRow {
  readonly host: FleetHost
  readonly stack: FleetStack
}

export interface FleetFilter {
  /** Words that all have to occur: in the name of the stack or the host, the version, or the reason. */
  readonly text: string
  /** None: all. */
  readonly states: ReadonlySet<Observed>
}

/** The stacks that pass the filter, worst first, then by name. */
export function fleetRows(hosts: readonly FleetHost[], filter: FleetFilter): readonly FleetRow[] {
  return hosts
    .flatMap((host) => host.stacks.map((stack) => ({ host, stack })))
    .filter((row) => passes(row, filter))
    .toSorted(compareRows)
}

export interface FleetGroup {
  readonly host: FleetHost
  readonly rows: readonly FleetRow[]
}

/** The same by host: the host with the worst stack first; where a filter is set, only hosts that have something to show. */
export function fleetGroups(hosts: readonly FleetHost[], filter: FleetFilter): readonly FleetGroup[] {
  const wanted = wordsOf(filter.text)
  const filtered = wanted.length > 0 || filter.states.size > 0
  return hosts
    .map((host) => ({ host, rows: fleetRows([host], filter) }))
    .filter(({ rows }) => rows.length > 0 || !filtered)
    .toSorted((a, b) => worstOf(b) - worstOf(a) || byName(a.host.label, b.host.label))
}

function worstOf({ host, rows }: FleetGroup): number {
  return Math.max(rows.length === 0 ? badness(host.worst) : 0, ...rows.map(({ stack }) => badness(stack.state)))
}

function passes({ host, stack }: FleetRow, { text, states }: FleetFilter): boolean {
  if (states.size > 0 && !states.has(stack.state)) return false
  const said = [stack.name, stack.ref.project, host.label, stack.version ?? '', stack.reason].join(' ').toLowerCase()
  return wordsOf(text).every((word) => said.includes(word))
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

function compareRows(a: FleetRow, b: FleetRow): number {
  const open = (row: FleetRow) => (row.stack.openIncident === null ? 0 : 1)
  return (
    badness(b.stack.state) - badness(a.stack.state) ||
    open(b) - open(a) ||
    byName(a.stack.name, b.stack.name) ||
    byName(a.host.label, b.host.label)
  )
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true })
}

/** What is said of a host without a row. */
export function emptyWords({ connected, listed, reason }: FleetHost): string {
  if (!connected) return 'Its stacks are shown once it is connected.'
  if (listed) return 'No Compose stack runs on this host.'
  return reason === '' ? 'Its stacks have not been listed yet.' : `Its stacks could not be listed: ${reason}`
}

/**
 * Whether two rows look the same. With every look the day moves on a little, and so do its shares: what is not said
 * in other words need not be drawn anew, a hundred times.
 */
export function isSameRow(a: FleetRow, b: FleetRow): boolean {
  return lookOf(a) === lookOf(b)
}

function lookOf({ host: { hostId, label }, stack }: FleetRow): string {
  const { up, observed } = stack.uptime
  const shares = [up === null ? null : formatShare(up), formatObserved(observed)]
  return JSON.stringify([hostId, label, shares, { ...stack, uptime: null }])
}
