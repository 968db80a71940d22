import type { Dataset } from '../../shared/runbook/data-schema.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { fillPath } from './dataset-settings.ts'
import { explainAbsent, explainPart, type Fitting, keep } from './fitting.ts'

/** The data sets of this stack; undefined where it has none. */
export function fitBackup(fitting: Fitting, backup: Runbook['backup']): Runbook['backup'] {
  if (backup === undefined) return undefined
  const datasets = backup.datasets
    .filter((dataset) => keep(fitting, 'backup', dataset.id, explainPart(fitting, dataset, dataset.service)))
    .map((dataset) => fillPath(dataset, fitting.setup))
  if (datasets.length === 0) return undefined
  const here = (name: string) => !fitting.gone.has(name)
  return { ...backup, datasets, stop: backup.stop.filter(here), pause: backup.pause.filter(here) }
}

/** A secret that a kept data set is opened with stays, whatever its service: the failure has to name it. */
export function fitSecrets(
  fitting: Fitting,
  secrets: Runbook['secrets'],
  datasets: readonly Dataset[],
): Runbook['secrets'] {
  const needed = new Set(datasets.flatMap(secretsOfDataset))
  const here = (name: string) => !fitting.gone.has(name)
  return secrets
    .filter(({ id, service }) => needed.has(id) || keep(fitting, 'secrets', id, explainAbsent(fitting, service)))
    .map(({ rotation, ...secret }) =>
      rotation === undefined
        ? secret
        : { ...secret, rotation: { ...rotation, services: rotation.services.filter(here) } },
    )
}

/** Ids of the secrets with which a data set is opened. */
export function secretsOfDataset(dataset: Dataset): string[] {
  if (dataset.kind === 'bucket') return [dataset.accessKey, dataset.secretKey]
  return dataset.kind === 'redis' && dataset.password !== undefined ? [dataset.password] : []
}

/**
 * Where the service that migrates is absent, a command may stand in for it; else nothing is known of migrations but the
 * versions of the schemas.
 */
export function fitMigrations(
  fitting: Fitting,
  { migrations, gate }: Pick<Runbook, 'migrations' | 'gate'>,
  withoutData: ReadonlySet<string>,
): Runbook['migrations'] {
  const schemaVersions = migrations.schemaVersions.filter(({ dataset }) =>
    keep(fitting, 'migrations', dataset, explainData(dataset, withoutData)),
  )
  const { service, timeoutSeconds } = migrations
  if (keep(fitting, 'migrations', service ?? '', explainAbsent(fitting, service))) {
    return { ...migrations, schemaVersions }
  }
  const instead = migrations.at === 'one-shot' ? migrations.instead : undefined
  // Where nothing is known to migrate, nothing is waited for beyond a usual start.
  const none = { at: 'boot', schemaVersions, timeoutSeconds: gate.timeoutSeconds } as const
  if (instead === undefined) return none
  if (!keep(fitting, 'migrations', instead.argv.join(' '), explainPart(fitting, instead, instead.service))) {
    return none
  }
  return { at: 'before-switch', service: instead.service, argv: instead.argv, schemaVersions, timeoutSeconds }
}

export function explainData(dataset: string, withoutData: ReadonlySet<string>): string | null {
  return withoutData.has(dataset) ? `It asks the data set ${dataset}, which was left out.` : null
}
