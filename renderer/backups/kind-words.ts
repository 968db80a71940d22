import type { DatasetBackupView } from '../../shared/contract/backups.ts'

export const KIND_WORDS: Record<DatasetBackupView['kind'], string> = {
  sqlite: 'SQLite database',
  postgres: 'PostgreSQL database',
  volume: 'Files',
  redis: 'Redis',
  bucket: 'Bucket',
}
