import type { BackupSummary, BackupView, DatasetBackupView } from '../contract/backups.ts'
import { type BackupManifest, type DatasetBackup, factsOf } from './backup-manifest.ts'

export function summarizeBackup(manifest: BackupManifest): BackupSummary {
  const { datasets } = manifest
  return {
    ...describeOrigin(manifest),
    datasets: datasets.map(({ dataset, kind }) => ({ id: dataset, kind })),
    warnings: datasets.reduce((sum, { warnings }) => sum + warnings.length, 0),
  }
}

/** A backup set as people look at it. `folder` is where it is on the host. */
export function viewBackup(manifest: BackupManifest, folder: string): BackupView {
  const { datasets, pins, files, secrets, stoodStill } = manifest
  return {
    ...describeOrigin(manifest),
    folder,
    datasets: datasets.map(viewDataset),
    pins,
    files,
    keepWith: secrets,
    stoodStill,
  }
}

function describeOrigin({ id, createdAt, madeBy, owner, fromVersion, toVersion, datasets, files }: BackupManifest) {
  const sizes = [...datasets, ...files].map(({ sizeBytes }) => sizeBytes)
  return {
    id,
    createdAt,
    madeBy,
    owner,
    version: fromVersion,
    nextVersion: toVersion,
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
  }
}

function viewDataset(backup: DatasetBackup): DatasetBackupView {
  const { dataset, kind, service, file, sizeBytes, sha256, schemaVersion, tool, warnings, startedAt, finishedAt } =
    backup
  const { totals, nouns } = factsOf(backup)
  return {
    id: dataset,
    kind,
    service,
    source: sourceOf(backup),
    file,
    sizeBytes,
    sha256,
    schemaVersion,
    totals: { ...totals },
    counts: countsOf(backup),
    nouns,
    tool,
    proof: proofOf(backup),
    warnings,
    startedAt,
    finishedAt,
  }
}

/** Also what an alarm leaves out, because it comes and goes by itself. */
function countsOf(backup: DatasetBackup): Record<string, number> {
  if (backup.kind === 'redis') return backup.keys
  return 'tables' in backup ? backup.tables : {}
}

function sourceOf(backup: DatasetBackup): string {
  switch (backup.kind) {
    case 'postgres':
      return backup.database
    case 'bucket':
      return backup.bucket
    case 'sqlite':
    case 'volume':
      return backup.sourcePath
    case 'redis':
      return `${backup.directory}/${backup.databaseFile}`
  }
}

/** What held when it was made: a copy that fails any of it is not kept. */
function proofOf(backup: DatasetBackup): string[] {
  switch (backup.kind) {
    case 'sqlite':
      return ['The copy passes PRAGMA integrity_check.', 'Every table has as many rows as the database had.']
    case 'postgres':
      return [
        'pg_dump and the count of rows read the same snapshot, and both ended well.',
        backup.countedInDump
          ? 'pg_restore reads the whole dump: it holds as many rows of every table as the database had.'
          : `pg_restore --list names the data of every table (${Object.keys(backup.tables).length}).`,
      ]
    case 'volume':
      return [
        `No file changed while they were packed, and the archive lists all ${backup.files} of them.`,
        'Owner, mode and SHA-256 of each are listed beside it, to hold a restore against.',
      ]
    case 'bucket':
      return [
        'Every object was the listed one, and none changed while they were copied.',
        'SHA-256, type and metadata of each are in the index, to hold a restore against.',
      ]
    case 'redis':
      return [
        'redis-check-rdb finds it whole.',
        'Another server of the same image has loaded it, and counted its keys.',
      ]
  }
}
