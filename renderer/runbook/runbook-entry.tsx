import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconPoint } from '@tabler/icons-react'
import type { RunbookEntry } from '../../shared/contract/runbooks.ts'
import { FactList } from '../components/fact-list.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import type { StateLook } from '../lib/states.ts'
import classes from './runbook-entry.module.css'

const LOOKS: Record<RunbookEntry['state'], Omit<StateLook, 'word'>> = {
  ok: { tone: 'ok', icon: IconCircleCheck },
  info: { tone: 'idle', icon: IconPoint },
  off: { tone: 'idle', icon: IconCircleMinus },
  warn: { tone: 'warn', icon: IconAlertTriangle },
}

/** One thing that the runbook says: its name, how it stands on this stack, and what it comes to. */
export function RunbookEntryRow({ entry }: { readonly entry: RunbookEntry }) {
  const { name, title, state, word, note, facts, code } = entry
  return (
    <li className={classes.entry} data-off={state === 'off' || undefined}>
      <div className={classes.name}>
        {/* Ids and services are read by machines, titles of steps by people. */}
        <div className={name.includes(' ') ? undefined : 'mono'}>{name}</div>
        {title === null ? null : <div className={classes.title}>{title}</div>}
      </div>
      <div className={classes.body}>
        {note === null ? null : <p className={classes.note}>{note}</p>}
        {facts.length === 0 ? null : (
          <FactList
            inline
            facts={facts.map(({ label, value, mono }) => [
              label,
              <span key={label} className={mono ? 'mono' : undefined}>
                {value}
              </span>,
            ])}
          />
        )}
        {code === null ? null : <pre className={classes.code}>{code}</pre>}
      </div>
      <StateBadge look={{ ...LOOKS[state], word }} />
    </li>
  )
}
