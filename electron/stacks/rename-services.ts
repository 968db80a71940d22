import type { Dataset } from '../../shared/runbook/data-schema.ts'
import type { Probe, SmokeStep } from '../../shared/runbook/probe-schema.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import { renameSetting } from '../../shared/runbook/setting.ts'
import { mapSettings } from './dataset-settings.ts'

type Rename = (service: string) => string

/** The same runbook with every service called by another name, wherever it is named. */
export function renameServices(runbook: Runbook, rename: Rename): Runbook {
  const { backup, smokeTest, versions } = runbook
  return {
    ...runbook,
    versions: {
      ...versions,
      ...(versions.service === undefined ? {} : { service: rename(versions.service) }),
      ...(versions.reported === undefined ? {} : { reported: renameIn(versions.reported, 'http', rename) }),
    },
    services: runbook.services.map((service) => ({
      ...service,
      name: rename(service.name),
      after: service.after.map(rename),
    })),
    probes: runbook.probes.map((probe) => renameProbe(probe, rename)),
    migrations: renameMigrations(runbook.migrations, rename),
    ...(backup === undefined ? {} : { backup: renameBackup(backup, rename) }),
    ...(smokeTest === undefined ? {} : { smokeTest: renameSmokeTest(smokeTest, rename) }),
    secrets: runbook.secrets.map((secret) => renameSecret(secret, rename)),
    logs: Object.fromEntries(Object.entries(runbook.logs).map(([service, format]) => [rename(service), format])),
  }
}

/** `{ http: { service } }` and its like. */
function renameIn<Key extends string, T extends Record<Key, { service: string }>>(holder: T, key: Key, rename: Rename) {
  return { ...holder, [key]: { ...holder[key], service: rename(holder[key].service) } }
}

function renameWhen<T extends { when?: Probe['when'] }>(part: T, rename: Rename): T {
  if (part.when === undefined) return part
  const { service, beside, ...rest } = part.when
  const when = { ...rest, service: rename(service), ...(beside === undefined ? {} : { beside: beside.map(rename) }) }
  return { ...part, when }
}

function renameProbe(probe: Probe, rename: Rename): Probe {
  const renamed = renameWhen(probe, rename)
  if ('http' in renamed) return renameIn(renamed, 'http', rename)
  if ('tcp' in renamed) return renameIn(renamed, 'tcp', rename)
  if ('tls' in renamed) return renameIn(renamed, 'tls', rename)
  if ('command' in renamed) return renameIn(renamed, 'command', rename)
  return 'container' in renamed ? renameIn(renamed, 'container', rename) : renamed
}

function renameMigrations(migrations: Runbook['migrations'], rename: Rename): Runbook['migrations'] {
  if (migrations.service === undefined) return migrations
  if (migrations.at !== 'one-shot' || migrations.instead === undefined) {
    return { ...migrations, service: rename(migrations.service) }
  }
  const instead = renameWhen({ ...migrations.instead, service: rename(migrations.instead.service) }, rename)
  return { ...migrations, service: rename(migrations.service), instead }
}

function renameBackup(backup: NonNullable<Runbook['backup']>, rename: Rename): NonNullable<Runbook['backup']> {
  const datasets = backup.datasets.map((dataset): Dataset => {
    return mapSettings({ ...renameWhen(dataset, rename), service: rename(dataset.service) }, (setting) =>
      renameSetting(setting, rename),
    )
  })
  return { ...backup, datasets, stop: backup.stop.map(rename), pause: backup.pause.map(rename) }
}

function renameSmokeTest(test: NonNullable<Runbook['smokeTest']>, rename: Rename): NonNullable<Runbook['smokeTest']> {
  const step = (one: SmokeStep) => renameIn(renameWhen(one, rename), 'http', rename)
  return { ...test, steps: test.steps.map(step), cleanup: test.cleanup.map(step) }
}

function renameSecret(secret: Runbook['secrets'][number], rename: Rename): Runbook['secrets'][number] {
  const { rotation } = secret
  return {
    ...secret,
    service: rename(secret.service),
    ...(rotation === undefined ? {} : { rotation: { ...rotation, services: rotation.services.map(rename) } }),
  }
}
