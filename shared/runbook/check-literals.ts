import type { Path, ReferenceProblem } from './reference-problem.ts'
import type { Runbook } from './schema.ts'
import { findReferences } from './template.ts'

const KINDS: ReadonlySet<string> = new Set(['secret', 'capture', 'run', 'env'])

/** Where a text is filled in before it is used; these are checked by what uses them. */
const FILLED = [
  /^(probes\.\d+|versions\.reported|smokeTest\.(steps|cleanup)\.\d+)\.http\.(path|host|headers|body)(\.|$)/,
  /^smokeTest\.(steps|cleanup)\.\d+\.expect\./,
  /^probes\.\d+\.tls\.serverName$/,
  /^backup\.datasets\.\d+\.(database|user|bucket|region|path)$/,
]

/** References in texts that nobody fills in: they would be taken as they are written. */
export function checkLiterals(runbook: Runbook): ReferenceProblem[] {
  return literalsIn(runbook, []).flatMap(({ text, path }) =>
    findReferences(text)
      .filter(({ kind }) => KINDS.has(kind))
      .map((reference) => {
        return { path, message: `“${reference.text}” is not filled in here.`, expected: 'a text without references' }
      }),
  )
}

function literalsIn(value: unknown, path: Path): { text: string; path: Path }[] {
  if (typeof value === 'string') return FILLED.some((one) => one.test(path.join('.'))) ? [] : [{ text: value, path }]
  if (Array.isArray(value)) return value.flatMap((item, index) => literalsIn(item, [...path, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => literalsIn(item, [...path, key]))
}
