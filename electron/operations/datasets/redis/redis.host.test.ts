import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../../../e2e/host/start-sample-host.ts'
import { ledgerDatasets } from '../../../../e2e/products/ledger/runbook.ts'
import type { SampleApp } from '../../sample-operations.ts'
import { kindOf } from '../kinds.ts'
import { openDataset, startLedgerApp, takeSample } from '../sample-dataset.ts'

const minute = 60_000
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSampleHost({ stacks: ['ledger'] })
  app = startLedgerApp(sample, ledgerDatasets.cache)
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const docker = async (...argv: string[]) => (await sample.exec(['docker', ...argv])).stdout.trim()
const redis = (commands: string) =>
  docker(
    ...['exec', 'ledger-cache-1', 'sh', '-euc'],
    `export REDISCLI_AUTH=$REDIS_PASSWORD; printf '%s\\n' "$1" | redis-cli`,
    ...['sh', commands],
  )
const fill = () =>
  redis(`FLUSHALL
SET greeting hello
SET session 1 EX 100000
RPUSH jobs a b c
SELECT 3
SET other 3`)

describe('a backup of Redis', { timeout: 5 * minute }, () => {
  it('is restored beside, held against its manifest, and swapped; what was there is kept', async () => {
    await fill()
    // A server that appends looks at nothing else when it starts.
    await redis('CONFIG SET appendonly yes')
    const job = await openDataset(app, 'cache')
    const kind = kindOf(job.dataset)
    const { backup, directory } = await takeSample(job)
    expect(backup).toMatchObject({ keys: { db0: 3, db3: 1 }, expiring: 1, directory: '/data', appendOnly: true })
    expect((await kind.count(job)).counts).toEqual({ db0: 3, db3: 1 })
    expect(await docker('exec', 'ledger-cache-1', 'sh', '-c', 'ls -A /data')).not.toContain('slipway')

    await redis('SET since 1\nDEL greeting')
    const request = { directory, mark: job.operationId }
    await kind.restoreBeside(job, backup, request)
    expect(await redis('EXISTS since greeting')).toBe('1')
    await expect(kind.swap(job, backup, request)).rejects.toMatchObject({ code: 'backup.restore-failed' })
    await docker('stop', 'ledger-cache-1')
    const kept = await kind.swap(job, backup, request)
    expect(kept).toBe(`ledger_cache_slipway_${job.operationId}`)
    // Once more, as after an interruption just behind it.
    await kind.restoreBeside(job, backup, request)
    expect(await kind.swap(job, backup, request)).toBe(kept)

    const image = await docker('inspect', '--format', '{{.Image}}', 'ledger-cache-1')
    const ask = (volume: string) =>
      docker(
        ...['run', '--rm', '--volume', `${volume}:/data`, '--entrypoint', 'sh', image, '-euc'],
        `setpriv --reuid=redis --regid=redis --clear-groups redis-server --dir /data --appendonly yes >/dev/null &
        until [ "$(redis-cli PING 2>/dev/null)" = PONG ]; do sleep 0.1; done
        redis-cli GET greeting; redis-cli LRANGE jobs 0 -1; redis-cli -n 3 GET other; redis-cli EXISTS since`,
      )
    expect(await ask('ledger_cache')).toBe('hello\na\nb\nc\n3\n0')
    expect(await ask(kept ?? '')).toBe('a\nb\nc\n3\n1')
    await docker('start', 'ledger-cache-1')
    await expect.poll(() => redis('GET greeting'), { timeout: minute }).toBe('hello')

    const running = await openDataset(app, 'cache')
    await expect(kind.discardReplaced(running, 'ledger_cache')).rejects.toMatchObject({ code: 'operation.blocked' })
    expect(await kind.measureReplaced(running, kept ?? '')).toBeGreaterThan(0)
    await kind.discardReplaced(running, kept ?? '')
    expect(await docker('volume', 'ls', '--quiet', '--filter', 'name=ledger_cache')).toBe('ledger_cache')
  })

  it('that was damaged is not restored, and the volume not touched', async () => {
    await fill()
    const job = await openDataset(app, 'cache')
    const { backup, directory } = await takeSample(job)
    const request = { directory, mark: job.operationId }
    if (backup.kind !== 'redis') throw new Error(backup.kind)
    const wrong = { ...backup, keys: { db0: 9 } }
    await expect(kindOf(job.dataset).restoreBeside(job, wrong, request)).rejects.toMatchObject({
      code: 'backup.restore-failed',
    })
    await sample.exec(`dd if=/dev/zero of=${directory}/cache.rdb bs=1 seek=60 count=20 conv=notrunc`)
    await expect(kindOf(job.dataset).verify(job, backup, directory)).rejects.toMatchObject({ code: 'backup.corrupt' })
    await expect(kindOf(job.dataset).restoreBeside(job, backup, request)).rejects.toMatchObject({
      code: 'backup.corrupt',
    })
    await kindOf(job.dataset).discardRestored(job, backup, request)
    expect(await docker('volume', 'ls', '--quiet', '--filter', 'name=ledger_cache')).toBe('ledger_cache')
    expect(await redis('GET greeting')).toBe('hello')
  })

  it.each([
    ['a wrong password', { password: 'wrong-password' }, 'password'],
    ['a wrong port', { port: 6380 }, 'nothing answers'],
  ])('with %s says so, already when it is measured', async (_, changes, message) => {
    await using other = startLedgerApp(sample, { ...ledgerDatasets.cache, ...changes })
    const job = await openDataset(other, 'cache')
    const failure = { code: 'backup.failed', message: expect.stringContaining(message) }
    await expect(kindOf(job.dataset).measure(job)).rejects.toMatchObject(failure)
    await expect(takeSample(job)).rejects.toMatchObject(failure)
  })

  it('that lost its lasting keys is an alarm, and one of an empty cache is none', async () => {
    await fill()
    const job = await openDataset(app, 'cache')
    const { backup } = await takeSample(job)
    await redis('DEL session')
    await takeSample(job, backup)
    await redis('FLUSHALL\nSET session 1 EX 100000')
    await expect(takeSample(job, backup)).rejects.toMatchObject({ code: 'backup.shrunk' })
    const empty = await takeSample(job)
    expect(empty.backup.warnings.join()).toContain('There are no keys in it.')
  })
})
