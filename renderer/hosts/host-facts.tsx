import type { ReactNode } from 'react'
import type { EngineInfo, HostView } from '../../shared/contract/hosts.ts'
import { FactList } from '../components/fact-list.tsx'
import { MiddleTruncate } from '../components/figures.tsx'
import { formatDuration } from '../lib/format.ts'
import { targetAddress } from '../lib/target.ts'

/** A clock that is further off makes times in journals misleading. */
const CLOCK_OFFSET_WORTH_SAYING_MS = 2000

const ROUTE_WORDS: Record<EngineInfo['route'], string> = {
  'stream-local': 'socket over SSH',
  'dial-stdio': 'docker dial-stdio',
  'sudo-dial-stdio': 'docker dial-stdio by sudo',
  'local-socket': 'local socket',
}

/** What is known of a host, in one line: address, system, engine and the way to it. */
export function HostFacts({ host, inline = true }: { readonly host: HostView; readonly inline?: boolean }) {
  return <FactList inline={inline} facts={hostFacts(host)} />
}

function hostFacts({ target, facts, engine, usesSudo }: HostView): (readonly [string, ReactNode])[] {
  const address = targetAddress(target)
  const rows: (readonly [string, ReactNode])[] = [
    ['Address', <MiddleTruncate key="address" mono text={address} limit={72} />],
  ]
  if (facts) rows.push(['System', `${facts.os}, ${facts.architecture}`])
  if (engine.kind === 'ready') {
    const { version, composeVersion, route } = engine.info
    rows.push(['Engine', `${version}, Compose ${composeVersion}`], ['Route', ROUTE_WORDS[route]])
  }
  if (usesSudo) rows.push(['Rights', 'by sudo'])
  if (facts && Math.abs(facts.clockOffsetMs) >= CLOCK_OFFSET_WORTH_SAYING_MS) {
    const direction = facts.clockOffsetMs > 0 ? 'ahead' : 'behind'
    rows.push(['Clock', `${formatDuration(Math.abs(facts.clockOffsetMs))} ${direction}`])
  }
  return rows
}
