import type { ImagePin } from '../../shared/contract/stacks.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { tagPrefixOf } from '../../shared/runbook/tag-prefix.ts'
import { isMovingTag } from '../../shared/versions/moving-tag.ts'
import { fitRunbook } from './fit-runbook.ts'
import type { BoundRunbook } from './runbook-library.ts'
import type { Stack } from './stack.ts'

/** A stack as it would be if another runbook were the one that counts. Pure. */
export function rebindStack(stack: Stack, { runbook: written, source, layers }: BoundRunbook): Stack {
  const { runbook, leftOut, missing } = fitRunbook(written, stack.model)
  const binding = { written, layers, problems: [], leftOut, missing }
  return { ...stack, runbook, runbookSource: source, binding, pins: markMoving(stack.pins, runbook) }
}

/** Which tags move depends on how the runbook says that versions are written. */
function markMoving(pins: Stack['pins'], runbook: Runbook): Record<string, ImagePin> {
  return Object.fromEntries(
    Object.entries(pins).map(([service, pin]) => {
      const moving = pin.digest === null && isMovingTag(pin.tag, tagPrefixOf(runbook, service))
      return [service, { ...pin, moving }]
    }),
  )
}
