import type { Segment } from '../../shared/contract/monitor.ts'
import { Disclosure } from '../components/disclosure.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { count, formatDuration, formatExact } from '../lib/format.ts'
import { OBSERVED_LOOKS } from '../lib/observed.ts'

/** The newest are what people ask about; more are in the incidents. */
const MOST_ROWS = 60

/** The status timeline as text, newest first, without the healthy stretches. */
export function SegmentTable({ segments }: { readonly segments: readonly Segment[] }) {
  const stretches = segments.filter(({ state }) => state !== 'healthy').toReversed()
  if (stretches.length === 0) return null
  return (
    <Disclosure label={`${count(stretches.length, 'stretch', 'stretches')} other than healthy`}>
      <table className="table" aria-label="Stretches other than healthy">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" className="numeric">
              For
            </th>
          </tr>
        </thead>
        <tbody>
          {stretches.slice(0, MOST_ROWS).map(({ state, from, to }) => (
            <tr key={from}>
              <td>
                <StateBadge look={OBSERVED_LOOKS[state]} />
              </td>
              <td>{formatExact(from)}</td>
              <td>{formatExact(to)}</td>
              <td className="numeric">{formatDuration(Date.parse(to) - Date.parse(from))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {stretches.length > MOST_ROWS ? <p>Only the newest {MOST_ROWS} are listed.</p> : null}
    </Disclosure>
  )
}
