import type { FleetHost, FleetStack, Observed } from '../../../shared/contract/monitor.ts'
import { quantile } from '../../../shared/monitor/figures.ts'
import { gravest, type Stretch, uptimeOf, worstOfParts } from '../../../shared/monitor/timeline.ts'
import type { Host } from '../../hosts/host.ts'
import type { MonitoredStack, TimelineStore } from '../../storage/stored-timelines.ts'
import { lostConnection } from '../lost-connection.ts'
import type { HostRecorder } from './host-recorder.ts'
import { HOUR_MS } from './roll-up.ts'
import type { StackRecorder } from './stack-recorder.ts'

const DAY_MS = 24 * HOUR_MS
/** A line of half hours. */
const DAY_PARTS = 48
const NO_CONNECTION = 'There is no connection to its host.'

export interface FleetSource {
  readonly timelines: TimelineStore
  /** All that were ever watched. */
  readonly known: readonly MonitoredStack[]
  readonly nowMs: number
}

/** One host at a glance. Stacks that nobody watches now are told as they were left. */
export function describeHost(host: Host, recorder: HostRecorder | null, source: FleetSource): FleetHost {
  const watched = recorder?.recorders ?? []
  const isConnected = host.status.kind === 'connected'
  const listed = isListed(host, recorder)
  const reason = isConnected ? (recorder?.listError?.message ?? '') : lostConnection(host).message
  const others = source.known.filter(
    ({ ref, isEnabled }) =>
      ref.hostId === host.id &&
      !watched.some((one) => one.ref.project === ref.project) &&
      // Of a host that was listed, only what was switched off is left unwatched; anything else has been removed from it.
      (!listed || !isEnabled),
  )
  const unseen = isConnected ? whyNotListed(reason) : NO_CONNECTION
  const stacks = [
    ...watched.map((one) => describeWatched(one, isConnected ? 'It is being read.' : NO_CONNECTION, source.nowMs)),
    ...others.map((stack) => describeUnwatched(stack, source, unseen)),
  ].sort((a, b) => a.name.localeCompare(b.name))
  return {
    hostId: host.id,
    label: host.label,
    connected: isConnected,
    listed,
    reason,
    worst: gravest(stacks.map(({ state }) => state)),
    stacks,
  }
}

/** Whether a stack that the host does not name is not there. */
function isListed(host: Host, recorder: HostRecorder | null): boolean {
  return host.status.kind === 'connected' && recorder?.hasList === true
}

function whyNotListed(reason: string): string {
  return reason === ''
    ? 'The stacks of its host have not been listed yet.'
    : `The stacks of its host could not be listed: ${reason}`
}

/**
 * The worst of a host's stacks, for whoever must not take for well what nobody sees: of one that is to be watched and is
 * not, because its host is out of reach or waits for an answer, nothing is known.
 */
export function worstOfHost(host: Host, recorder: HostRecorder | null, known: readonly MonitoredStack[]): Observed {
  const watched = recorder?.recorders ?? []
  // What a host's own list does not name has been removed from it.
  const listed = isListed(host, recorder)
  const unseen = known.filter(
    ({ ref, isEnabled }) =>
      isEnabled && !listed && ref.hostId === host.id && !watched.some((one) => one.ref.project === ref.project),
  )
  return gravest([...watched.map(({ track }) => track.state ?? 'unknown'), ...unseen.map(() => 'unknown' as const)])
}

function describeWatched(recorder: StackRecorder, unseen: string, nowMs: number): FleetStack {
  const { track, facts } = recorder
  return {
    ref: recorder.ref,
    name: facts.name,
    version: facts.version,
    state: track.state ?? 'unobserved',
    reason: track.state === null ? unseen : recorder.reason,
    since: track.sinceMs === null ? null : new Date(track.sinceMs).toISOString(),
    ...describeDay(track.recent, track.lastLookMs ?? nowMs),
    // What answered before the host was lost does not say how fast it answers now.
    responseP50Ms: track.state === null || track.state === 'unknown' ? null : quantile(recorder.responses, 0.5),
    openIncident: recorder.openIncident,
  }
}

function describeUnwatched(
  { number, ref, facts, isEnabled }: MonitoredStack,
  source: FleetSource,
  unseen: string,
): FleetStack {
  return {
    ref,
    name: facts.name,
    version: facts.version,
    state: 'unobserved',
    reason: isEnabled ? unseen : 'Its monitor is switched off.',
    since: null,
    ...describeDay(source.timelines.read(number, source.nowMs - DAY_MS, source.nowMs), source.nowMs),
    responseP50Ms: null,
    openIncident: null,
  }
}

function describeDay(stretches: readonly Stretch[], toMs: number): Pick<FleetStack, 'day' | 'uptime'> {
  const fromMs = toMs - DAY_MS
  return {
    day: worstOfParts(stretches, { fromMs, toMs, parts: DAY_PARTS }),
    uptime: { range: '24h', ...uptimeOf(stretches, fromMs, toMs) },
  }
}
