import type { Dataset } from '../../shared/runbook/data-schema.ts'
import { parseSetting } from '../../shared/runbook/setting.ts'
import type { StackSetup } from '../../shared/runbook/when-holds.ts'

/** A data set with each of its settings that may stand in a variable changed. */
export function mapSettings(dataset: Dataset, change: (setting: string) => string): Dataset {
  switch (dataset.kind) {
    case 'postgres':
      return { ...dataset, database: change(dataset.database), user: change(dataset.user) }
    case 'bucket':
      return { ...dataset, bucket: change(dataset.bucket), region: change(dataset.region) }
    case 'redis':
      return dataset
    case 'sqlite':
    case 'volume':
      return { ...dataset, path: change(dataset.path) }
  }
}

/** The path as it is on a stack, where it stands in a variable; what is not set is left as written, and leads nowhere. */
export function fillPath(dataset: Dataset, setup: StackSetup): Dataset {
  if (dataset.kind !== 'sqlite' && dataset.kind !== 'volume') return dataset
  const reference = parseSetting(dataset.path)
  if (reference === null) return dataset
  const { service, variable, fallback } = reference
  return { ...dataset, path: setup[service ?? dataset.service]?.environment[variable] || (fallback ?? dataset.path) }
}
