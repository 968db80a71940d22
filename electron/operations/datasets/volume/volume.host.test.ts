import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../../../e2e/host/start-sample-host.ts'
import { ledgerDatasets } from '../../../../e2e/products/ledger/runbook.ts'
import type { DatasetOf } from '../../../../shared/runbook/data-schema.ts'
import type { SampleApp } from '../../sample-operations.ts'
import { kindOf } from '../kinds.ts'
import { openDataset, startLedgerApp, takeSample } from '../sample-dataset.ts'
import { QUESTION } from '../throwaway-container.ts'

const minute = 60_000
const megabyte = 1024 * 1024
let sample: SampleHost
let app: SampleApp

const inside: DatasetOf<'volume'> = {
  kind: 'volume',
  id: 'inside',
  service: 'web',
  path: '/srv/files/deep',
  exclude: [],
  mayBeEmpty: false,
}

beforeAll(async () => {
  sample = await startSampleHost({ stacks: ['ledger'], diskSize: '2G' })
  app = startLedgerApp(sample, ledgerDatasets.files, { ...ledgerDatasets.uploads, exclude: ['cache', '*.tmp'] }, inside)
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const web = async (script: string) =>
  (await sample.exec(['docker', 'exec', '-i', 'ledger-web-1', 'bash', '-euc', script])).stdout
const docker = async (...argv: string[]) => (await sample.exec(['docker', ...argv])).stdout.trim()

/** A container of the same image and volumes that runs until it is ended. */
async function startReader(label: string): Promise<string> {
  const image = await docker('inspect', '--format', '{{.Image}}', 'ledger-web-1')
  const same = ['--volumes-from', 'ledger-web-1', '--entrypoint', 'sleep']
  return docker('run', '--detach', '--rm', '--label', label, ...same, image, '600')
}

/** All that a folder holds, in words. */
const look = (folder: string) =>
  web(
    `cd ${folder} && find . -printf '%y %m %U %G %T@ %l %P\\n' | sort -k 7 && find . -type f -exec md5sum {} + | sort`,
  )

const fill = (folder: string) =>
  web(`cd ${folder} && mkdir -p deep/er empty cache && chmod 700 empty && chown 1000:1001 deep
    for i in $(seq 50); do head -c 10000 /dev/urandom > deep/er/$i; done
    echo one > 'with space'; printf x > $'new\\nline'; ln -sf deep/er/1 link; ln -f deep/er/2 hard; touch -d 2020-01-02 deep/er/3
    truncate -s 50M holes; echo temporary > cache/a; echo temporary > b.tmp; : > none; chmod 4751 none`)

describe.each([
  ['a volume', 'files', '/srv/files'],
  ['a folder of the host', 'uploads', '/srv/uploads'],
  ['a folder in a volume', 'inside', '/srv/files/deep'],
])('a backup of %s', { timeout: 5 * minute }, (_, id, folder) => {
  it('is restored beside, held against its manifest, and swapped; what was there is kept', async () => {
    await fill(folder)
    const job = await openDataset(app, id)
    const kind = kindOf(job.dataset)
    const [before, present] = [await look(folder), await look(folder)]
    expect(before).toBe(present)
    const { backup, directory } = await takeSample(job)
    expect(backup).toMatchObject({
      kind: 'volume',
      sourcePath: folder,
      exclude: id === 'uploads' ? ['cache', '*.tmp'] : [],
    })
    const files = await web(
      `find ${folder} -type f ${id === 'uploads' ? "! -path '*/cache/*' ! -name '*.tmp'" : ''} -printf .`,
    )
    expect(backup).toMatchObject({ files: files.length })
    const sizes = await sample.exec(['stat', '-c', '%n %a %U', `${directory}/${id}.tar`, `${directory}/${id}.tar.list`])
    expect(sizes.stdout.match(/ 640 deploy$/gm)).toHaveLength(2)
    // Holes stay holes: 50 MB of them must not become 50 MB on the disk.
    expect(backup.sizeBytes).toBeLessThan(5 * megabyte)

    await web(`cd ${folder} && rm -rf deep/er/1* && echo changed > 'with space' && echo new > since`)
    const request = { directory, mark: job.operationId }
    await kind.restoreBeside(job, backup, request)
    expect(await web(`cat ${folder}/since`)).toBe('new\n')
    await expect(kind.swap(job, backup, request)).rejects.toMatchObject({ code: 'backup.restore-failed' })
    await docker('stop', '-t', '3', 'ledger-web-1')
    // A probe that still reads is no reason to leave the data as it is.
    const question = await startReader(`slipway.operation=${QUESTION}`)
    const replaced = await kind.swap(job, backup, request)
    expect(await docker('ps', '--all', '--quiet', '--no-trunc')).not.toContain(question)
    // Once more, as after an interruption just behind it.
    await kind.restoreBeside(job, backup, request)
    expect(await kind.swap(job, backup, request)).toBe(replaced)
    await docker('start', 'ledger-web-1')
    const without = (text: string) =>
      id !== 'uploads'
        ? text
        : text
            .split('\n')
            .filter((line) => !/cache|b\.tmp/.test(line))
            .join('\n')
    const drop = (text: string) => text.replace(/^d .* $/m, '')
    expect(drop(without(await look(folder)))).toBe(drop(without(before)))

    const running = await openDataset(app, id)
    const kept = replaced ?? ''
    const see = { files: ['docker', 'run', '--rm', '-v', `${kept}:/k`, '--entrypoint', 'cat'] }
    const image = await docker('inspect', '-f', '{{.Image}}', 'ledger-web-1')
    if (id === 'files') expect((await sample.exec([...see.files, image, '/k/since'])).stdout).toBe('new\n')
    if (id === 'uploads') expect((await sample.exec(['cat', `${kept}/since`])).stdout).toBe('new\n')
    if (id === 'inside') expect(await web(`cat ${kept}/since`)).toBe('new\n')
    for (const name of ['/home/deploy', 'ledger_files']) {
      await expect(kind.discardReplaced(running, name)).rejects.toMatchObject({ code: 'operation.blocked' })
    }
    expect(await kind.measureReplaced(running, kept)).toBeGreaterThan(0)
    await kind.discardReplaced(running, kept)
    expect(await kind.measureReplaced(running, kept)).toBeNull()
    expect(await docker('volume', 'ls', '--quiet', '--filter', 'label=slipway.operation')).toBe('')
    expect((await sample.exec('ls /home/deploy/ledger')).stdout).not.toContain('slipway')
    expect(await web('ls /srv/files')).not.toContain('slipway')
  })
})

describe('a backup of files', { timeout: 5 * minute }, () => {
  it('that change while they are copied is no backup', async () => {
    await web('head -c 200M /dev/urandom > /srv/files/large')
    const writer = web('until [ -e /tmp/enough ]; do date >> /srv/files/large; sleep 0.05; done')
    const job = await openDataset(app, 'files')
    await expect(takeSample(job)).rejects.toMatchObject({
      code: 'backup.failed',
      message: expect.stringContaining('changed while'),
    })
    await web('touch /tmp/enough')
    await writer
    await web('rm /srv/files/large')
  })

  it('of a folder without any is an alarm, already when it is measured, unless it was accepted or may be', async () => {
    await web('mkdir -p /srv/files/hollow/a/b')
    await using other = startLedgerApp(sample, { ...inside, path: '/srv/files/hollow' })
    const job = await openDataset(other, 'inside')
    await expect(takeSample(job)).rejects.toMatchObject({ code: 'backup.empty' })
    expect((await kindOf(job.dataset).measure(job)).alarm).toContain('no files')
    const { backup: accepted } = await takeSample(job, null, 'nothing yet')
    expect(accepted).toMatchObject({ emptyAccepted: true, warnings: [expect.stringContaining('nothing yet')] })
    expect((await takeSample(job, accepted)).backup).toMatchObject({ emptyAccepted: true })
    await expect(takeSample(job, { ...accepted, emptyAccepted: false })).rejects.toMatchObject({ code: 'backup.empty' })

    await using fresh = startLedgerApp(sample, { ...inside, path: '/srv/files/hollow', mayBeEmpty: true })
    const allowed = await openDataset(fresh, 'inside')
    expect((await kindOf(allowed.dataset).measure(allowed)).alarm).toBeNull()
    const { backup } = await takeSample(allowed)
    expect(backup).toMatchObject({ files: 0, warnings: ['There are no files in it.'], emptyAccepted: false })
  })

  it.each([
    ['that is not there', '/srv/files/nowhere', 'it is not there'],
    ['outside of any volume', '/var/lib', 'is in no volume'],
  ])('%s says so', async (_, path, message) => {
    await using other = startLedgerApp(sample, { ...inside, path })
    const job = await openDataset(other, 'inside')
    await expect(takeSample(job)).rejects.toMatchObject({
      code: 'backup.failed',
      message: expect.stringContaining(message),
    })
  })

  it('whose archive was damaged is not restored, and the volume not touched', async () => {
    const job = await openDataset(app, 'files')
    const { backup, directory } = await takeSample(job)
    const request = { directory, mark: job.operationId }
    const present = await look('/srv/files')
    const wrong = { ...backup, listingSha256: '0'.repeat(64) }
    await expect(kindOf(job.dataset).restoreBeside(job, wrong, request)).rejects.toMatchObject({
      code: 'backup.restore-failed',
    })
    await kindOf(job.dataset).discardRestored(job, backup, request)
    await sample.exec(`dd if=/dev/urandom of=${directory}/files.tar bs=1 seek=3000 count=100 conv=notrunc`)
    await expect(kindOf(job.dataset).verify(job, backup, directory)).rejects.toMatchObject({ code: 'backup.corrupt' })
    await expect(kindOf(job.dataset).restoreBeside(job, backup, request)).rejects.toMatchObject({
      code: 'backup.corrupt',
    })
    await kindOf(job.dataset).discardRestored(job, backup, request)
    expect(await look('/srv/files')).toBe(present)
    expect(await docker('volume', 'ls', '--quiet', '--filter', 'label=slipway.operation')).toBe('')
  })

  it('that do not fit on the disk says so', async () => {
    await web('head -c 20M /dev/urandom > /srv/files/large')
    const job = await openDataset(app, 'files')
    await sample.fillDisk(8 * megabyte)
    try {
      await expect(takeSample(job)).rejects.toMatchObject({ code: 'host.disk-full' })
    } finally {
      await sample.freeDisk()
    }
  })
})
