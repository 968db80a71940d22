import { useQuery } from '@tanstack/react-query'
import type { JournalEntry, Outcome } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { Disclosure } from '../components/disclosure.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Panel } from '../components/panel.tsx'
import { ScrollText } from '../components/scroll-text.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { count, formatClock, formatExact } from '../lib/format.ts'
import classes from './journal.module.css'

/** How often to read on while entries are added. */
const GROWS_MS = 5_000

interface JournalProps {
  readonly operation: StackRef & { readonly operationId: string }
  readonly outcome: Outcome
}

/** The journal as it lies on the host, entry by entry. */
export function Journal({ operation, outcome }: JournalProps) {
  const options = orpc.history.journal.queryOptions({ input: operation })
  const journal = useQuery({ ...options, refetchInterval: outcome === 'running' && GROWS_MS })
  const failure = failureOf(journal)
  if (failure) return <ErrorNotice error={failure} />
  if (!journal.data) return <LoadingAfter what="Reading the journal" />
  return (
    <Panel title="Journal" aside={`${count(journal.data.length, 'entry', 'entries')}, times by the host's clock`} flush>
      <table className={`table ${classes.journal}`} aria-label="Journal">
        <thead>
          <tr>
            <th scope="col" className="numeric">
              No.
            </th>
            <th scope="col">Time</th>
            <th scope="col">Entry</th>
            <th scope="col">Step</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {journal.data.map((entry) => (
            <Entry key={entry.seq} entry={entry} />
          ))}
        </tbody>
      </table>
    </Panel>
  )
}

function Entry({ entry }: { readonly entry: JournalEntry }) {
  return (
    <tr>
      <td className="numeric">{entry.seq}</td>
      <td className={classes.time} title={formatExact(entry.at)}>
        {formatClock(entry.at)}
      </td>
      <td className={classes.type}>{entry.type}</td>
      <td className={classes.type}>{entry.stepId ?? ''}</td>
      <td>
        {entry.message}
        {entry.data === undefined ? null : (
          <Disclosure label="Data">
            <ScrollText text={JSON.stringify(entry.data, null, 2)} label={`Data of entry ${entry.seq}`} />
          </Disclosure>
        )}
      </td>
    </tr>
  )
}
