import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { databasePath, SAMPLE } from '../../e2e/sample-stack.ts'
import { type SampleApp, startSampleApp, startSeededHost, startUpgrade, waitForEnd } from './sample-operations.ts'
import { readUserRows } from './sample-rows.ts'

const minute = 60_000
const { directory } = SAMPLE
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSeededHost()
  app = startSampleApp(sample, { settleSeconds: 2 })
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const composeFile = () => sample.readFile(`${directory}/docker-compose.yml`)
const docker = async (...argv: string[]) => (await sample.exec(['docker', ...argv])).stdout.trim()
const imageOf = (service: string, version: string) => `${SAMPLE.images}/${service}:${version}`

describe('a rollback that fails', { timeout: 5 * minute }, () => {
  /** An upgrade that fails its gate, once its container is there; `sabotage` is done before it does. */
  async function failToRollBack(sabotage: (operationId: string) => Promise<unknown>) {
    const { operationId } = await startUpgrade(app, '0.11.1', { services: ['error-tracker'] })
    const image = () => docker('ps', '--format', '{{.Image}}', '--filter', 'name=error-tracker')
    await expect.poll(image, { timeout: minute, interval: 200 }).toContain(':0.11.1')
    await sabotage(operationId)
    const record = await waitForEnd(app, operationId)
    expect(record).toMatchObject({ outcome: 'rollback-failed', error: { code: 'operation.rollback-failed' } })
    expect(record.reason).toContain('The rollback failed too')
    // It is over: the lock is free, and the journal says how it ended.
    expect(await app.operations.lock(app.ref)).toBeNull()
    const entries = await app.operations.journal(app.ref, operationId)
    expect(entries.at(-1)).toMatchObject({ type: 'ended', data: { outcome: 'rollback-failed' } })
    return record
  }

  it('because the old image is gone says so, and can be done again as it says', async () => {
    const [rows, compose] = [await readUserRows(sample), await composeFile()]
    const record = await failToRollBack(async () => {
      const id = await docker('image', 'inspect', '--format', '{{.Id}}', imageOf('error-tracker', '0.10.0'))
      await docker('rmi', '--force', id)
    })
    expect(record.canRollBack).toBe(true)
    expect(record.error).toMatchObject({
      message: expect.stringContaining('The image that error-tracker ran before'),
      state: expect.stringMatching(/failed: Restore files; not begun: .*Bring back error-tracker.* may be between two/),
      hint: expect.stringContaining('Roll back again'),
    })
    expect(await composeFile()).toContain(imageOf('error-tracker', '0.11.1'))

    const back = await app.operations.planRollback(app.ref, record.id, { restoreData: true, skipBackup: null })
    expect(back.blockers).toEqual([])
    const returned = await waitForEnd(app, (await app.operations.run(app.ref, back.id)).operationId)
    expect(returned).toMatchObject({ outcome: 'succeeded', dataRestored: true })
    expect([await readUserRows(sample), await composeFile()]).toEqual([rows, compose])
  })

  it('because the old version does not come back says what is done and what is not', async () => {
    const [rows, compose] = [await readUserRows(sample), await composeFile()]
    const broken = '    entrypoint: ["/app/error-tracker", "--healthcheck"]'
    const record = await failToRollBack(() =>
      sample.exec(['sed', '-i', `/^  error-tracker:/a\\${broken}`, `${directory}/docker-compose.yml`]),
    )
    expect(record).toMatchObject({ canRollBack: true, dataRestored: true })
    expect(record.error).toMatchObject({
      message: expect.stringMatching(/error-tracker .* did not become healthy again with .*:0\.10\.0/),
      state: expect.stringMatching(/done: Restore files, Restore data; failed: Bring back error-tracker/),
      hint: expect.stringContaining('log lines'),
    })
    expect(await composeFile()).toBe(compose.replace('  error-tracker:\n', `  error-tracker:\n${broken}\n`))
    await sample.writeFile(`${directory}/docker-compose.yml`, compose)
    await sample.exec(`cd ${directory} && docker compose up -d --wait`, { user: 'deploy' })
    expect(await readUserRows(sample)).toBe(rows)
  })

  it('because its rollback point is gone has taken nothing back, and says what to do by hand', async () => {
    const [rows, compose] = [await readUserRows(sample), await composeFile()]
    const record = await failToRollBack((id) =>
      sample.exec(['rm', '-r', `${directory}/.slipway/operations/${id}/rollback-point`]),
    )
    const kept = async () => (await app.operations.record(app.ref, record.id)).canRollBack
    await expect.poll(kept).toBe(false)
    expect(record.steps.filter(({ phase }) => phase === 'rollback')).toEqual([])
    expect(record.error).toMatchObject({
      message: expect.stringContaining('The rollback point of'),
      state: expect.stringContaining('Nothing was rolled back'),
      hint: `Pin the old version by hand, put the data of error-tracker back from ${directory}/.slipway/backups/${record.id}, and bring the services up.`,
    })
    expect(await composeFile()).toContain(imageOf('error-tracker', '0.11.1'))

    // Done by hand as the hint says, the stack is whole again.
    const [copy, database] = [`.slipway/backups/${record.id}/errors.db`, databasePath('error-tracker')]
    await sample.writeFile(`${directory}/docker-compose.yml`, compose)
    await sample.exec(`set -e; cd ${directory}; docker compose stop error-tracker
      rm -f ${database}-wal ${database}-shm; cat ${copy} > ${database}; docker compose up -d --wait`)
    expect(await readUserRows(sample)).toBe(rows)
  })
})

describe('a rollback', { timeout: 5 * minute }, () => {
  it('by hand brings back data that the new version has lost, and keeps what was left', async () => {
    const rows = await readUserRows(sample)
    const { operationId } = await startUpgrade(app, '0.11.0', { services: ['error-tracker'] })
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded' })
    const loss = 'PRAGMA foreign_keys = OFF; DELETE FROM error_occurrences; DELETE FROM errors;'
    await sample.exec(['sqlite3', '-cmd', '.timeout 10000', databasePath('error-tracker'), loss])
    const back = await app.operations.planRollback(app.ref, operationId, { restoreData: true, skipBackup: null })
    expect(back.blockers).toEqual([])
    const returned = await waitForEnd(app, (await app.operations.run(app.ref, back.id)).operationId)
    expect(returned).toMatchObject({ outcome: 'succeeded', dataRestored: true, backupId: back.id })
    expect(await readUserRows(sample)).toBe(rows)
    const backup = await sample.readFile(`${directory}/.slipway/backups/${back.id}/manifest.json`)
    expect(backup).toContain('Let pass: It is what the rollback replaces.')
  })

  it('by hand takes a reason in the place of a backup that cannot be made of damaged data', async () => {
    const rows = await readUserRows(sample)
    const { operationId } = await startUpgrade(app, '0.11.0', { services: ['error-tracker'] })
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'succeeded' })
    const database = databasePath('error-tracker')
    await sample.exec(`cd ${directory} && docker compose stop error-tracker && rm -f ${database}-wal ${database}-shm
      dd if=/dev/zero of=${database} bs=4096 seek=1 count=4 conv=notrunc`)

    const safe = await app.operations.planRollback(app.ref, operationId, { restoreData: true, skipBackup: null })
    expect(safe.weakenings).toEqual([])
    const refused = await waitForEnd(app, (await app.operations.run(app.ref, safe.id)).operationId)
    expect(refused).toMatchObject({
      outcome: 'stopped',
      dataRestored: false,
      error: { code: expect.stringMatching(/^backup\./) },
    })
    expect(refused.error?.hint).toContain('roll back without backing it up, and say why')

    const skipBackup = { reason: 'The file is damaged' }
    const back = await app.operations.planRollback(app.ref, operationId, { restoreData: true, skipBackup })
    expect(back).toMatchObject({ blockers: [], weakenings: ['No backup is made: The file is damaged'] })
    expect(back.dataOnRollback).toContain('The present data is not backed up, but kept beside.')
    const returned = await waitForEnd(app, (await app.operations.run(app.ref, back.id)).operationId)
    expect(returned).toMatchObject({ outcome: 'succeeded', dataRestored: true, backupId: null })
    expect(returned.weakenings).toEqual(back.weakenings)
    expect(await readUserRows(sample)).toBe(rows)
    const { replaced } = await app.operations.replaced(app.ref)
    expect(replaced.map(({ operationId: id }) => id)).toContain(back.id)
  })

  it('of an upgrade on an edit that was not applied returns to what ran, and to its data', async () => {
    const [rows, compose] = [await readUserRows(sample), await composeFile()]
    const idOf = (version: string) =>
      docker('image', 'inspect', '--format', '{{.Id}}', imageOf('error-tracker', version))
    const old = await idOf('0.10.0')
    const edited = compose.replace(imageOf('error-tracker', '0.10.0'), imageOf('error-tracker', '0.11.1'))
    await sample.writeFile(`${directory}/docker-compose.yml`, edited)
    const { plan, operationId } = await startUpgrade(app, '0.11.1', { services: ['error-tracker'] })
    expect(plan).toMatchObject({ fromVersion: '0.10.0', relation: 'minor' })
    expect(plan.preflight.find(({ id }) => id === 'drift')).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining('A rollback returns to what runs.'),
    })
    expect(await waitForEnd(app, operationId)).toMatchObject({ outcome: 'rolled-back', dataRestored: true })
    expect([await readUserRows(sample), await composeFile()]).toEqual([rows, compose])
    expect(await docker('inspect', '--format', '{{.Image}}', `${SAMPLE.project}-error-tracker-1`)).toBe(old)
    expect([await idOf('0.10.0'), (await idOf('0.11.1')) === old]).toEqual([old, false])
  })
})
