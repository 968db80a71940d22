import { ReferenceArea, ReferenceLine } from 'recharts'
import type { Mark } from '../../shared/contract/monitor.ts'

const STROKES: Record<Mark['kind'], { readonly stroke: string; readonly strokeDasharray: string }> = {
  operation: { stroke: 'var(--tone-busy)', strokeDasharray: '' },
  incident: { stroke: 'var(--tone-bad)', strokeDasharray: '' },
  restart: { stroke: 'var(--ink-soft)', strokeDasharray: '2 3' },
}

/** What happened, on a chart: a line where it began, and a wash for as long as it lasted. */
export function markShapes(marks: readonly Mark[], fromMs: number, toMs: number) {
  return marks.flatMap(({ kind, id, from, to }) => {
    const begin = Date.parse(from)
    const end = to === null ? (kind === 'restart' ? begin : toMs) : Date.parse(to)
    if (end < fromMs || begin > toMs) return []
    const look = STROKES[kind]
    return [
      end > begin ? (
        <ReferenceArea
          key={`${id} area`}
          x1={Math.max(begin, fromMs)}
          x2={Math.min(end, toMs)}
          fill={look.stroke}
          fillOpacity={0.13}
          ifOverflow="hidden"
        />
      ) : null,
      begin >= fromMs ? (
        <ReferenceLine key={`${id} line`} x={begin} strokeWidth={1.5} {...look} ifOverflow="hidden" />
      ) : null,
    ]
  })
}
