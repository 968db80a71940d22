import { IconArrowRight, IconDatabase } from '@tabler/icons-react'
import type { GateEvidence } from '../../../shared/contract/operations.ts'
import classes from './schema-changes.module.css'

type Schema = NonNullable<GateEvidence['schema']>

/** What a migration did: the schema version of each data set before and after, and whether it is the one wanted. */
export function SchemaChanges({ evidence }: { readonly evidence: readonly GateEvidence[] }) {
  const schemas = evidence.flatMap(({ schema }) => schema ?? [])
  if (schemas.length === 0) return null
  return (
    <ul className={classes.list} aria-label="Schema versions">
      {schemas.map((schema) => (
        <SchemaChange key={schema.dataset} schema={schema} />
      ))}
    </ul>
  )
}

function SchemaChange({ schema: { dataset, before, after, expected } }: { readonly schema: Schema }) {
  const changed = before !== after
  const wrong = expected !== null && after !== expected
  return (
    <li className={classes.schema} data-tone={wrong ? 'bad' : changed ? 'busy' : 'idle'}>
      <IconDatabase size={14} aria-hidden />
      <span className={classes.dataset}>{dataset}</span>
      <span className="mono">{before ?? 'not known'}</span>
      {changed ? (
        <>
          <IconArrowRight size={13} role="img" aria-label="to" />
          <span className={`mono ${classes.after}`}>{after ?? 'not known'}</span>
        </>
      ) : (
        <span className={classes.soft}>unchanged</span>
      )}
      {wrong ? <span>expected {expected}</span> : null}
    </li>
  )
}
