import { appendFileSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SlipwayError } from '../../shared/errors.ts'
import { createMasker, MASK } from '../../shared/operations/mask.ts'
import type { Host } from '../hosts/host.ts'
import { Journal, readJournal } from './journal.ts'
import { makeSamplePlace, type SamplePlace } from './sample-place.ts'

let place: SamplePlace
let path: string
const mask = createMasker(['s3cr3t-value'])

beforeEach(() => {
  place = makeSamplePlace()
  path = `${place.slipwayDirectory}/journal.ndjson`
})
afterEach(() => place[Symbol.asyncDispose]())

/** The host, on whose disk there is no room for the next `times` entries; part of each gets there all the same. */
function withFullDisk(host: Host, times: number): Host {
  let left = times
  const append: Host['files']['append'] = (file, content, options) => {
    if (left === 0) return host.files.append(file, content, options)
    left -= 1
    appendFileSync(file, String(content).slice(0, 12))
    return Promise.reject(new SlipwayError('host.disk-full', 'The disk is full.'))
  }
  return new Proxy(host, {
    get(target, key) {
      if (key === 'files')
        return new Proxy(target.files, {
          get: (files, name) => (name === 'append' ? append : Reflect.get(files, name)),
        })
      const value = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe('a journal', () => {
  it('is on the host, in order and masked, before anybody hears of it', async () => {
    const journal = new Journal(place.host, path, mask)
    const heard: number[] = []
    journal.subscribe(({ seq }) => {
      heard.push(seq)
      expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(seq)
    })
    await Promise.all([1, 2, 3].map((number) => journal.append({ type: 'note', message: `${number} s3cr3t-value` })))
    const { entries, damage } = await readJournal(place.host, path)
    expect(entries.map(({ message }) => message)).toEqual([`1 ${MASK}`, `2 ${MASK}`, `3 ${MASK}`])
    expect([heard, damage]).toEqual([[1, 2, 3], []])
  })

  it('masks errors and outputs in its data, but not what is read back from it', async () => {
    const journal = new Journal(place.host, path, mask)
    const data = { error: { message: 'X-Api-Key: s3cr3t-value' }, result: { images: { web: 's3cr3t-value' } } }
    await journal.append({ type: 'step-failed', stepId: 'pull', data })
    expect((await readJournal(place.host, path)).entries[0]?.data).toEqual({
      error: { message: `X-Api-Key: ${MASK}` },
      result: { images: { web: 's3cr3t-value' } },
    })
  })

  it('goes on after a torn entry on a new line, with the next number', async () => {
    await new Journal(place.host, path, mask).append({ type: 'note', message: 'first' })
    appendFileSync(path, '{"seq":2,"at":"2026-')
    const known = await readJournal(place.host, path)
    expect(known).toMatchObject({ torn: true, damage: [{ line: 2 }] })
    await new Journal(place.host, path, mask, known).append({ type: 'note', message: 'second' })
    expect((await readJournal(place.host, path)).entries.map(({ seq, message }) => [seq, message])).toEqual([
      [1, 'first'],
      [2, 'second'],
    ])
  })

  it('fails when it cannot be written, and is readable when it can be again', async () => {
    const journal = new Journal(withFullDisk(place.host, 1), path, mask)
    await expect(journal.append({ type: 'note', message: 'lost' })).rejects.toMatchObject({ code: 'host.disk-full' })
    expect(journal.entries).toEqual([])
    await journal.append({ type: 'note', message: 'kept' })
    expect((await readJournal(place.host, path)).entries.map(({ message }) => message)).toEqual(['kept'])
  })

  it('keeps the entries of a rollback until they can be written', async () => {
    const journal = new Journal(withFullDisk(place.host, 2), path, mask)
    expect(await journal.appendIfPossible({ type: 'note', message: 'one' })).toBe(false)
    expect(await journal.appendIfPossible({ type: 'note', message: 'two' })).toBe(false)
    expect(journal.entries.map(({ message }) => message)).toEqual(['one', 'two'])
    expect(await journal.appendIfPossible({ type: 'note', message: 'three' })).toBe(true)
    expect((await readJournal(place.host, path)).entries.map(({ message }) => message)).toEqual(['one', 'two', 'three'])
  })

  it('that is missing is damaged, not empty', async () => {
    expect(await readJournal(place.host, path)).toMatchObject({ entries: [], damage: [{ line: 0 }] })
  })
})
