import type { Dataset } from '../../../shared/runbook/data-schema.ts'
import { bucketKind } from './bucket/dataset.ts'
import type { DatasetKind, KindName } from './kind.ts'
import { postgresKind } from './postgres/dataset.ts'
import { redisKind } from './redis/dataset.ts'
import { sqliteKind } from './sqlite/dataset.ts'
import { volumeKind } from './volume/dataset.ts'

/** The only place that knows every kind of data set. */
const KINDS: { readonly [Kind in KindName]: DatasetKind } = {
  sqlite: sqliteKind,
  postgres: postgresKind,
  volume: volumeKind,
  redis: redisKind,
  bucket: bucketKind,
}

/** What can be done with a data set. */
export function kindOf(dataset: Dataset): DatasetKind {
  return KINDS[dataset.kind]
}
