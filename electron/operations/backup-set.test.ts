import { expect, test } from 'vitest'
import type { BackupManifest } from '../../shared/operations/backup-manifest.ts'
import { findPrevious } from './backup-set.ts'

const [first, back, own] = [
  { id: '1', madeBy: 'upgrade' },
  { id: '2', madeBy: 'rollback' },
  { id: '3', madeBy: 'upgrade' },
] as BackupManifest[]

test.each([
  ['the one before', '9', [first, back, own], '3'],
  ['neither its own nor that of a rollback, which was taken whatever it held', '3', [first, back, own], '1'],
  ['none, where there is no other', '3', [back, own], undefined],
])('a backup is held against %s', (_title, ownId, backups, expected) => {
  expect(findPrevious(backups as BackupManifest[], ownId)?.id).toBe(expected)
})
