import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import type { Owner } from '../../shared/contract/operations.ts'
import { createOwner, isOwnerGone } from './owner.ts'

const ended = spawnSync(process.execPath, ['--version']).pid
const me: Owner = { user: 'admin', machine: 'localhost', instance: `${process.pid}-1111`, boot: 'this' }

describe('an owner', () => {
  it.each<[boolean, string, Partial<Owner>]>([
    [true, 'whose process here is no more', {}],
    [true, 'with the number of this very process', { instance: `${process.pid}-2222` }],
    [false, 'whose process lives', { instance: `${process.ppid}-2222` }],
    [false, 'that is this app', { instance: me.instance }],
    [false, 'on another computer with the same names', { boot: 'other' }],
    [false, 'of an older version, which says nothing of its computer', { boot: undefined }],
    [false, 'without a process number', { instance: 'x-2222' }],
    [false, 'with a number that means a group of processes', { instance: '0-2222' }],
  ])('is gone (%s) %s', (gone, _name, other) => {
    expect(isOwnerGone({ ...me, instance: `${ended}-2222`, ...other }, me)).toBe(gone)
  })

  it('is never gone where this computer cannot be told from others', () => {
    const unknown = { ...me, boot: undefined }
    expect(isOwnerGone({ ...unknown, instance: `${ended}-2222` }, unknown)).toBe(false)
  })
})

describe.skipIf(process.platform === 'win32')('this app', () => {
  it('names the start of this computer and its data folder, and gives neither away', () => {
    const [first, second, other] = [createOwner('a'), createOwner('a'), createOwner('b')]
    expect(first.boot).toMatch(/^[0-9a-f]{32}$/)
    expect(second.boot).toBe(first.boot)
    expect(other.boot).not.toBe(first.boot)
    expect(second.instance).not.toBe(first.instance)
  })
})
