import { Link } from '@tanstack/react-router'
import type { Mark } from '../../shared/contract/monitor.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { Disclosure } from '../components/disclosure.tsx'
import { formatDuration, formatExact } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import classes from './health-page.module.css'
import { lengthWords } from './incident-length.ts'
import { markWords } from './mark-words.ts'

const KIND_WORDS: Record<Mark['kind'], string> = { operation: 'Operation', incident: 'Incident', restart: 'Restart' }
const KIND_TONES: Record<Mark['kind'], string> = { operation: 'busy', incident: 'bad', restart: 'idle' }
/** More would be longer than the charts. */
const MOST_ROWS = 40

interface MarkListProps {
  readonly marks: readonly Mark[]
  /** At least so many more restarts are not told one by one. */
  readonly restartsLeftOut: number
  readonly areAllDrawn: boolean
  readonly stackRef: StackRef
}

/** What the lines and washes on the charts stand for, and each of them by name. */
export function MarkList({ marks, restartsLeftOut, areAllDrawn, stackRef }: MarkListProps) {
  const { all, unlisted } = markWords(marks.length, restartsLeftOut, MOST_ROWS)
  const newestFirst = marks.toReversed()
  return (
    <>
      <ul className={classes.keys} aria-label="What is marked on the charts">
        {(['operation', 'incident', 'restart'] as const).map((kind) => (
          <li key={kind}>
            <span className={classes.key} data-kind={kind} data-tone={KIND_TONES[kind]} aria-hidden />
            {KIND_WORDS[kind]}
            {kind === 'restart' && !areAllDrawn ? ' (too many to draw)' : ''}
          </li>
        ))}
        <li>
          <span className={classes.key} data-kind="unobserved" aria-hidden />
          Not observed
        </li>
      </ul>
      <div className={classes.more}>
        {marks.length > 0 ? (
          <Disclosure label={all}>
            <table className="table" aria-label="Marks">
              <thead>
                <tr>
                  <th scope="col">Kind</th>
                  <th scope="col">What</th>
                  <th scope="col">Began</th>
                  <th scope="col" className="numeric">
                    For
                  </th>
                </tr>
              </thead>
              <tbody>
                {newestFirst.slice(0, MOST_ROWS).map((mark) => (
                  <tr key={`${mark.kind} ${mark.id}`}>
                    <td>{KIND_WORDS[mark.kind]}</td>
                    <td>
                      <MarkLink mark={mark} stackRef={stackRef} />
                    </td>
                    <td>{formatExact(mark.from)}</td>
                    <td className="numeric">
                      <Length mark={mark} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            {unlisted === null ? null : <p className={classes.soft}>{unlisted}</p>}
          </Disclosure>
        ) : null}
      </div>
    </>
  )
}

function Length({ mark: { kind, from, to, unseen = [] } }: { readonly mark: Mark }) {
  const now = useNow()
  if (kind === 'restart') return null
  if (kind === 'operation') return <>{to === null ? 'not ended' : formatDuration(Date.parse(to) - Date.parse(from))}</>
  const { length, doubt } = lengthWords({ from, to, unseen }, now)
  return <>{doubt === null ? length : `${length}, ${doubt}`}</>
}

function MarkLink({ mark, stackRef }: { readonly mark: Mark; readonly stackRef: StackRef }) {
  if (mark.kind === 'operation') {
    return (
      <Link to="/hosts/$hostId/stacks/$project/history/$operationId" params={{ ...stackRef, operationId: mark.id }}>
        {mark.title}
      </Link>
    )
  }
  if (mark.kind === 'incident') {
    return (
      <Link
        to="/hosts/$hostId/stacks/$project/health/incidents/$incidentId"
        params={{ ...stackRef, incidentId: mark.id }}
      >
        {mark.title}
      </Link>
    )
  }
  return <>{mark.title}</>
}
