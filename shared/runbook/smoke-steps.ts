import type { SmokeStep } from './probe-schema.ts'
import type { Path } from './reference-problem.ts'
import type { Runbook } from './schema.ts'

/** All steps of a smoke test in the order in which they run, each with its place in the document. */
export function smokeSteps({
  smokeTest,
}: Pick<Runbook, 'smokeTest'>): { readonly step: SmokeStep; readonly path: Path }[] {
  if (smokeTest === undefined) return []
  return (['steps', 'cleanup'] as const).flatMap((part) =>
    smokeTest[part].map((step, index) => ({ step, path: ['smokeTest', part, index] })),
  )
}
