import { ReferenceArea, ReferenceLine } from 'recharts'
import type { Mark } from '../../shared/contract/monitor.ts'
import { seenParts } from './incident-length.ts'

const STROKES: Record<Mark['kind'], { readonly stroke: string; readonly strokeDasharray: string }> = {
  operation: { stroke: 'var(--tone-busy)', strokeDasharray: '' },
  incident: { stroke: 'var(--tone-bad)', strokeDasharray: '' },
  restart: { stroke: 'var(--ink-soft)', strokeDasharray: '2 3' },
}

/** More lines than these would be a wash of their own. */
const MOST_RESTARTS = 60

/** The marks that are drawn: of a container that starts again and again the list tells. */
export function drawnMarks(marks: readonly Mark[]): readonly Mark[] {
  const restarts = marks.filter(({ kind }) => kind === 'restart')
  return restarts.length <= MOST_RESTARTS ? marks : marks.filter(({ kind }) => kind !== 'restart')
}

/** What happened, on a chart: a line where it began, and a wash for as long as it was seen to last. */
export function markShapes(marks: readonly Mark[], fromMs: number, toMs: number) {
  return marks.flatMap(({ kind, id, from, to, unseen = [] }) => {
    const begin = Date.parse(from)
    const end = to === null ? (kind === 'restart' ? begin : toMs) : Date.parse(to)
    if (end < fromMs || begin > toMs) return []
    const look = STROKES[kind]
    return [
      ...(kind === 'restart' ? [] : seenParts({ from, to, unseen }, toMs)).flatMap((part) =>
        part.to < fromMs || part.from > toMs ? (
          []
        ) : (
          <ReferenceArea
            key={`${id} area ${part.from}`}
            x1={Math.max(part.from, fromMs)}
            x2={Math.min(part.to, toMs)}
            fill={look.stroke}
            fillOpacity={0.13}
            ifOverflow="hidden"
          />
        ),
      ),
      begin >= fromMs ? (
        <ReferenceLine key={`${id} line`} x={begin} strokeWidth={1.5} {...look} ifOverflow="hidden" />
      ) : null,
    ]
  })
}
