import { SlipwayError } from '../../../shared/errors.ts'
import type { Dataset } from '../../../shared/runbook/data-schema.ts'
import type { DatasetKind, KindName } from './kind.ts'
import { postgresKind } from './postgres/dataset.ts'
import { redisKind } from './redis/dataset.ts'
import { sqliteKind } from './sqlite/dataset.ts'
import { volumeKind } from './volume/dataset.ts'

/** The only place that knows every kind of data set. */
const KINDS: { readonly [Kind in KindName]?: DatasetKind } = {
  sqlite: sqliteKind,
  postgres: postgresKind,
  volume: volumeKind,
  redis: redisKind,
}

/** What can be done with a data set. */
export function kindOf(dataset: Dataset): DatasetKind {
  const kind = KINDS[dataset.kind]
  if (kind !== undefined) return kind
  throw new SlipwayError('backup.failed', `The data set ${dataset.id} is of the kind ${dataset.kind}.`, {
    state: 'Nothing was changed.',
    hint: 'This version of Slipway cannot back it up.',
  })
}
