import type { DataReturn, DatasetReturn } from '../../shared/contract/data-return.ts'
import { toErrorShape } from '../../shared/errors.ts'
import type { DatasetBackup } from '../../shared/operations/backup-manifest.ts'
import { compareData, describeReturn } from '../../shared/operations/compare-data.ts'
import type { Dataset } from '../../shared/runbook/data-schema.ts'
import { readManifest } from './backup-store.ts'
import type { DatasetJob } from './datasets/kind.ts'
import { kindOf } from './datasets/kinds.ts'
import { datasetsTouchedBy, schemaQueryOf } from './datasets/of-stack.ts'
import { QUESTION } from './datasets/throwaway-container.ts'
import { layOut } from './layout.ts'

type Where = Omit<DatasetJob, 'dataset' | 'operationId'>

/**
 * What a return to a backup would mean for the data that some services work on, counted now; null where there is no such
 * backup. What cannot be counted, because its server does not run, say, is told and no failure.
 */
export async function measureReturn(
  where: Where,
  backupId: string,
  services: readonly string[],
): Promise<DataReturn | null> {
  const { host, stack, signal } = where
  const manifest = await readManifest(host, layOut(stack.slipwayDirectory), backupId, signal)
  if (manifest === null) return null
  const pairs = datasetsTouchedBy(stack, services).flatMap((dataset) => {
    const backup = manifest.datasets.find((known) => known.dataset === dataset.id && known.kind === dataset.kind)
    return backup === undefined ? [] : [{ dataset, backup }]
  })
  const datasets = await Promise.all(pairs.map(({ dataset, backup }) => measureOne(where, dataset, backup)))
  const measured = { backupAt: manifest.createdAt, datasets }
  return { backupId, ...measured, sentence: describeReturn(measured) }
}

async function measureOne(where: Where, dataset: Dataset, backup: DatasetBackup): Promise<DatasetReturn> {
  const job = { ...where, dataset, operationId: QUESTION }
  const kind = kindOf(dataset)
  try {
    const { counts, exact } = await kind.count(job)
    const query = schemaQueryOf(where.stack, dataset.id)
    // Its table may be gone by now.
    const schemaVersion = query === '' ? null : await kind.query(job, query).catch(() => null)
    return compareData(backup, { counts, exact, schemaVersion })
  } catch (error) {
    where.signal.throwIfAborted()
    return compareData(backup, { uncounted: toErrorShape(error).message })
  }
}
