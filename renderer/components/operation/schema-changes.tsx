import { IconArrowRight, IconDatabase } from '@tabler/icons-react'
import type { GateEvidence } from '../../../shared/contract/operations.ts'
import classes from './schema-changes.module.css'

interface Schema extends NonNullable<GateEvidence['schema']> {
  readonly isWrong: boolean
}

/** What a migration did: the schema version of each data set before and after, and whether it is the one wanted. */
export function SchemaChanges({ evidence }: { readonly evidence: readonly GateEvidence[] }) {
  const schemas = evidence.flatMap(({ schema, verdict }) =>
    schema === undefined ? [] : [{ ...schema, isWrong: verdict === 'failed' }],
  )
  if (schemas.length === 0) return null
  return (
    <ul className={classes.list} aria-label="Schema versions">
      {schemas.map((schema) => (
        <SchemaChange key={schema.dataset} schema={schema} />
      ))}
    </ul>
  )
}

function SchemaChange({ schema: { dataset, before, after, expected, isWrong } }: { readonly schema: Schema }) {
  const changed = before !== after
  return (
    <li className={classes.schema} data-tone={isWrong ? 'bad' : changed ? 'busy' : 'idle'}>
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
      {isWrong && expected !== null ? <span>expected {expected}</span> : null}
    </li>
  )
}
