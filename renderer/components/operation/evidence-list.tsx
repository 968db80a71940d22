import type { GateEvidence } from '../../../shared/contract/operations.ts'
import { VERDICT_LOOKS } from '../../lib/states.ts'
import { Disclosure } from '../disclosure.tsx'
import { ProbeExchange } from '../probe-list.tsx'
import { StateIcon } from '../state-badge.tsx'
import classes from './evidence-list.module.css'

/** What a gate looked at and what it saw. */
export function EvidenceList({ evidence }: { readonly evidence: readonly GateEvidence[] }) {
  return (
    <ul className={classes.list}>
      {evidence.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: evidence is only ever appended
        <li key={index} className={classes.entry}>
          <StateIcon look={VERDICT_LOOKS[entry.verdict]} />
          <div className={classes.text}>
            <span className={classes.title}>{entry.title}</span> <span className={classes.detail}>{entry.detail}</span>
            {entry.probe ? (
              <Disclosure label="Request and answer" startsOpen={entry.verdict === 'failed'}>
                <ProbeExchange probe={entry.probe} />
              </Disclosure>
            ) : null}
          </div>
        </li>
      ))}
    </ul>
  )
}
