import { expect, test } from 'vitest'
import type { Health } from '../../../shared/contract/stacks.ts'
import { CALM, DAMPER_LIMITS, type DamperState, damp, interrupt } from './incident-damper.ts'

/** What the damper says of looks at 15 s each: `H` healthy, `d` degraded, `D` down, `?` unknown, `M` maintenance, `s` starting, `|` nobody looked. */
function play(looks: string): string[] {
  const words: Record<string, Health> = {
    H: 'healthy',
    d: 'degraded',
    D: 'down',
    '?': 'unknown',
    M: 'maintenance',
    s: 'starting',
  }
  let state: DamperState = CALM
  const actions: string[] = []
  for (const [index, look] of [...looks].entries()) {
    const now = { wallMs: index * 15_000, monotonicMs: index * 15_000 }
    if (look === '|') {
      state = interrupt(state)
      continue
    }
    const step = damp(state, words[look] ?? 'unknown', now, DAMPER_LIMITS)
    state = step.state
    if (step.action === null) continue
    const { kind, since } = step.action
    const health = step.action.kind === 'close' ? '' : ` ${step.action.health}`
    actions.push(`${index}: ${kind}${health} since ${since.monotonicMs / 15_000}`)
  }
  return actions
}

test.each<[string, string, string[]]>([
  ['nothing happens', 'HHHHHH', []],
  ['one bad look is none', 'HHDHHdHH', []],
  ['down that holds', 'HHDDDD', ['3: open down since 2']],
  ['down and back', 'HDDDHHHH', ['2: open down since 1', '6: close since 4']],
  ['degraded, then down', 'HdddDDD', ['2: open degraded since 1', '5: worsen down since 4']],
  ['down, then only degraded', 'HDDddd', ['2: open down since 1']],
  ['flapping is one incident', 'HDDHDHDHDHDDHDHHHH', ['2: open down since 1', '16: close since 14']],
  ['a crash loop seen in between as starting', 'HDsDsDsD', ['3: open down since 1']],
  ['unknown is no incident', 'HH????HH', []],
  ['unknown does not end one', 'HDD???HHH', ['2: open down since 1', '8: close since 6']],
  ['bad, then out of sight for long, then bad again', 'HD????DD', ['7: open down since 6']],
  ['muted during maintenance', 'HMDMMDMMHH', []],
  ['what was bad before maintenance begins anew after it', 'HDMDDD', ['4: open down since 3']],
  ['repaired by an operation', 'HDDMMMHHH', ['2: open down since 1', '8: close since 6']],
  ['nobody looked in between', 'HD|DHHH', []],
  [
    'back soon it is the same one, whose next end must hold longer',
    `HDDHHHDDHHHHHHHHH`,
    ['2: open down since 1', '5: close since 3', '7: return down since 6', '14: close since 8'],
  ],
  [
    'back soon, but nobody looked in between',
    `HDDHHH|DD`,
    ['2: open down since 1', '5: close since 3', '8: open down since 7'],
  ],
  ['back soon after an operation', `HDDHHHMDD`, ['2: open down since 1', '5: close since 3', '8: open down since 7']],
  [
    'back after long it is another one',
    `HDDHHH${'H'.repeat(30)}DD`,
    ['2: open down since 1', '5: close since 3', '37: open down since 36'],
  ],
])('%s', (_name, looks, expected) => {
  expect(play(looks)).toEqual(expected)
})
