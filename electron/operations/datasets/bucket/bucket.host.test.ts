import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../../../e2e/host/start-sample-host.ts'
import { ledgerDatasets } from '../../../../e2e/products/ledger/runbook.ts'
import { askStorage } from '../../../../e2e/products/ledger/storage.ts'
import type { SampleApp } from '../../sample-operations.ts'
import { kindOf } from '../kinds.ts'
import { openDataset, startLedgerApp, takeSample } from '../sample-dataset.ts'

const minute = 60_000
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSampleHost({ stacks: ['ledger'] })
  app = startLedgerApp(sample, ledgerDatasets.bucket)
  await s3('-X PUT', '')
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const s3 = (options: string, path: string, bucket?: string) => askStorage(sample, options, path, bucket)

const KEYS = ['plain', 'a/folder/with space', 'a/brackets[1]{2}', 'a/ümläut & <tag>', 'percent%41']
const path = (key: string) => `/${key.split('/').map(encodeURIComponent).join('/')}`
const put = (key: string, text: string, bucket?: string) =>
  s3(`-X PUT -H 'Content-Type: text/x-note' -H 'x-amz-meta-owner: somebody' --data-binary '${text}'`, path(key), bucket)
const get = (key: string, bucket?: string) => s3('', path(key), bucket)

async function fill(): Promise<void> {
  for (const key of KEYS) await put(key, `the content of ${key}`)
}

async function keysIn(bucket = 'ledger'): Promise<number> {
  return [...(await s3('', '?list-type=2', bucket)).matchAll(/<Key>/g)].length
}

describe('a backup of a bucket', { timeout: 5 * minute }, () => {
  it('is restored beside, held against its index, and put in its place; what was there is kept', async () => {
    await fill()
    const job = await openDataset(app, 'bucket')
    const kind = kindOf(job.dataset)
    expect(await kind.measure(job)).toMatchObject({ tool: expect.stringMatching(/^curl \d/), alarm: null })
    const { backup, directory } = await takeSample(job)
    expect(backup).toMatchObject({ kind: 'bucket', bucket: 'ledger', objects: KEYS.length })
    const index = JSON.parse(await sample.readFile(`${directory}/bucket.bucket.json`))
    expect(index.objects.map(({ key }: { key: string }) => key)).toEqual([...KEYS].sort())

    await put('plain', 'changed')
    await put('since', 'new')
    await s3('-X DELETE', path('a/brackets[1]{2}'))
    expect((await kind.count(job)).counts.objects).toBe(KEYS.length)
    const request = { directory, mark: job.operationId }
    await kind.restoreBeside(job, backup, request)
    expect(await get('plain')).toBe('changed')
    const kept = await kind.swap(job, backup, request)
    for (const key of KEYS) expect(await get(key)).toBe(`the content of ${key}`)
    expect(await keysIn()).toBe(KEYS.length)
    const headers = (await s3('-I', '/plain')).toLowerCase()
    expect([headers.includes('content-type: text/x-note'), headers.includes('x-amz-meta-owner: somebody')]).toEqual([
      true,
      true,
    ])
    expect([await get('plain', kept ?? ''), await get('since', kept ?? '')]).toEqual(['changed', 'new'])
    // Once more, as after an interruption just behind it: what was kept stays as it is.
    await kind.restoreBeside(job, backup, request)
    expect(await kind.swap(job, backup, request)).toBe(kept)
    expect(await get('plain', kept ?? '')).toBe('changed')

    await expect(kind.discardReplaced(job, 'ledger')).rejects.toMatchObject({ code: 'operation.blocked' })
    expect(await kind.measureReplaced(job, kept ?? '')).toBeGreaterThan(0)
    await kind.discardReplaced(job, kept ?? '')
    expect(await kind.measureReplaced(job, kept ?? '')).toBeNull()
    await kind.discardReplaced(job, kept ?? '')
    const buckets = [...(await s3('', '', '')).matchAll(/<Name>([^<]*)</g)].map(([, name]) => name)
    expect(buckets).toEqual(['ledger'])
  })

  it('goes on from where a restore was interrupted, and still keeps what was there at first', async () => {
    await fill()
    const job = await openDataset(app, 'bucket')
    const kind = kindOf(job.dataset)
    const { backup, directory } = await takeSample(job)
    await put('plain', 'changed')
    await put('percent%41', 'changed too')
    const request = { directory, mark: job.operationId }
    await kind.restoreBeside(job, backup, request)
    const kept = (await kind.swap(job, backup, request)) ?? ''
    // As if it had been cut off before the last object.
    await put('percent%41', 'changed too')
    await kind.restoreBeside(job, backup, request)
    expect(await kind.swap(job, backup, request)).toBe(kept)
    expect(await get('percent%41')).toBe('the content of percent%41')
    expect([await get('plain', kept), await get('percent%41', kept)]).toEqual(['changed', 'changed too'])
    await kind.discardReplaced(job, kept)
  })

  it('that was damaged is not restored, and the bucket not touched', async () => {
    await fill()
    const job = await openDataset(app, 'bucket')
    const { backup, directory } = await takeSample(job)
    const request = { directory, mark: job.operationId }
    await sample.exec(`printf damage >> ${directory}/bucket.bucket/000002`)
    await expect(kindOf(job.dataset).verify(job, backup, directory)).rejects.toMatchObject({ code: 'backup.corrupt' })
    await put('since', 'new')
    await expect(kindOf(job.dataset).restoreBeside(job, backup, request)).rejects.toMatchObject({
      code: 'backup.corrupt',
    })
    await kindOf(job.dataset).discardRestored(job, backup, request)
    expect(await get('since')).toBe('new')
    await s3('-X DELETE', '/since')
  })

  it.each([
    ['a bucket that is not there', { bucket: 'nowhere' }, 'there is no such bucket'],
    ['a wrong key', { secretKey: 'wrong-password' }, 'refuses the secret key'],
  ])('with %s says so, already when it is measured', async (_, changes, message) => {
    await using other = startLedgerApp(sample, { ...ledgerDatasets.bucket, ...changes })
    const job = await openDataset(other, 'bucket')
    const failure = { code: 'backup.failed', message: expect.stringContaining(message) }
    await expect(kindOf(job.dataset).measure(job)).rejects.toMatchObject(failure)
    await expect(takeSample(job)).rejects.toMatchObject(failure)
  })

  it('that lost most of its objects is an alarm', async () => {
    await fill()
    const { backup } = await takeSample(await openDataset(app, 'bucket'))
    for (const key of KEYS.slice(0, 4)) await s3('-X DELETE', path(key))
    await expect(takeSample(await openDataset(app, 'bucket'), backup)).rejects.toMatchObject({ code: 'backup.shrunk' })
  })
})
