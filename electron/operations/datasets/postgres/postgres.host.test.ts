import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { SampleHost } from '../../../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../../../e2e/host/start-sample-host.ts'
import { ledgerDatasets } from '../../../../e2e/products/ledger/runbook.ts'
import { askData } from '../../ask-data.ts'
import type { SampleApp } from '../../sample-operations.ts'
import type { BackupOf } from '../kind.ts'
import { kindOf } from '../kinds.ts'
import { openDataset, startLedgerApp, takeSample } from '../sample-dataset.ts'
import { countBack } from './back-up.ts'
import { whenDumped } from './sample-copy.ts'

const minute = 60_000
const megabyte = 1024 * 1024
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSampleHost({ stacks: ['ledger'], diskSize: '2G' })
  app = startLedgerApp(sample, { ...ledgerDatasets.database })
  await sql(`
    INSERT INTO accounts (name) SELECT 'account ' || i FROM generate_series(1, 100) AS i;
    INSERT INTO entries (account, amount, note) SELECT i % 100 + 1, i, md5(i::text) FROM generate_series(1, 20000) AS i;
    INSERT INTO sessions SELECT i::text FROM generate_series(1, 50) AS i;
    CREATE ROLE auditor;
    GRANT SELECT ON entries TO auditor;
    CREATE SCHEMA "Odd ""names""";
    CREATE TABLE "Odd ""names"""."it's a table" (a int);
    INSERT INTO "Odd ""names"""."it's a table" VALUES (1), (2);
    CREATE TABLE parts (a int) PARTITION BY RANGE (a);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
    INSERT INTO parts SELECT i FROM generate_series(0, 9) AS i;
    SELECT lo_create(0);
    CREATE EXTENSION IF NOT EXISTS pgcrypto;
    ALTER DATABASE ledger SET search_path TO public, "Odd ""names""";
    ALTER ROLE auditor IN DATABASE ledger SET work_mem TO '8MB';
    GRANT CONNECT ON DATABASE ledger TO auditor WITH GRANT OPTION;
    ALTER DATABASE ledger CONNECTION LIMIT 40;`)
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const container = 'ledger-db-1'

/** What psql yields, asked by hand. */
async function sql(statements: string, database = 'ledger', user = 'ledger'): Promise<string> {
  const psql = ['psql', '-v', 'ON_ERROR_STOP=1', '-AtqX', '-U', user, '-d', database]
  return (await sample.exec(['docker', 'exec', '-i', container, ...psql], { input: statements })).stdout.trim()
}

const databases = async () => (await sql('SELECT datname FROM pg_database ORDER BY 1')).split('\n')
/** Every row of every table, and what belongs to the database as a whole. */
const fingerprint = async (database = 'ledger') =>
  await sql(
    `SELECT md5(string_agg(e::text, '|' ORDER BY id)) FROM entries AS e;
     SELECT count(*), max(id) FROM accounts; SELECT * FROM "Odd ""names"""."it's a table"; TABLE parts;
     SELECT count(*) FROM pg_largeobject_metadata;
     SELECT relacl::text FROM pg_class WHERE relname = 'entries';
     SELECT setrole::regrole, setconfig FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1;
     SELECT datdba::regrole, encoding, datcollate, datctype, datlocprovider, datconnlimit,
       (SELECT array_agg(acl::text ORDER BY acl::text) FROM unnest(datacl) AS acl) FROM pg_database WHERE datname = current_database();
     SELECT last_value FROM entries_id_seq;
     SELECT extname FROM pg_extension ORDER BY 1;`,
    database,
  )

function asPostgres(backup: Awaited<ReturnType<typeof takeSample>>['backup']): BackupOf<'postgres'> {
  if (backup.kind !== 'postgres') throw new Error(backup.kind)
  return backup
}

describe('a backup of a PostgreSQL database', { timeout: 5 * minute }, () => {
  it('names what it holds, counted in the snapshot that it dumped, while somebody writes', async () => {
    const insert = 'INSERT INTO entries (account, amount) SELECT 1, 1 FROM generate_series(1, 20)'
    const writer = sample.exec(
      ['docker', 'exec', container, 'sh', '-c', `until [ -e /tmp/enough ]; do psql -qU ledger -c '${insert}'; done`],
      { allowFailure: true },
    )
    const job = await openDataset(app, 'ledger')
    const taken = await takeSample(job)
    await sample.exec(['docker', 'exec', container, 'touch', '/tmp/enough'])
    await writer
    const backup = asPostgres(taken.backup)
    const path = `${taken.directory}/${backup.file}`
    expect(backup).toMatchObject({
      database: 'ledger',
      owner: 'ledger',
      encoding: 'UTF8',
      schemaVersion: '1',
      largeObjects: 1,
      serverVersion: expect.stringMatching(/^17\./),
      clientVersion: expect.stringMatching(/^pg_dump \(PostgreSQL\) 17\./),
      extensions: { pgcrypto: expect.any(String), plpgsql: expect.any(String) },
    })
    expect(backup.tables).toMatchObject({
      'public.accounts': 100,
      'public.sessions': 50,
      'public.parts_1': 10,
      '"Odd ""names"""."it\'s a table"': 2,
    })
    expect(backup.tables['public.entries']).toBeGreaterThanOrEqual(20_000)
    expect((await sample.exec(['sha256sum', path])).stdout).toContain(backup.sha256)
    expect((await sample.exec(['stat', '-c', '%s %a %U', path])).stdout.trim()).toBe(`${backup.sizeBytes} 640 deploy`)
    expect((await sample.exec(['ls', taken.directory])).stdout.split('\n')).toEqual([
      'ledger.dump',
      'ledger.dump.list',
      '',
    ])
    const request = { directory: taken.directory, mark: job.operationId }
    // The restore counts, and so proves that dump and counts speak of the same moment.
    await kindOf(job.dataset).restoreBeside(job, backup, request)
    await kindOf(job.dataset).discardRestored(job, backup, request)
    expect(await databases()).toEqual(['ledger', 'postgres', 'template0', 'template1'])
    await sql('DELETE FROM entries WHERE note IS NULL')
  })

  it('cut in the middle is a failure, and leaves neither file nor session', async () => {
    const job = await openDataset(app, 'ledger')
    await sql('CREATE TABLE large AS SELECT i, repeat(md5(i::text), 30) AS text FROM generate_series(1, 300000) AS i')
    const cut = sql(whenDumped('public.large', 'end it'))
    await expect(takeSample(job)).rejects.toMatchObject({ code: 'backup.failed' })
    await cut
    expect((await sample.exec(`find ${job.stack.slipwayDirectory}/backups -name '*.dump'`)).stdout).not.toMatch(
      /partial$/m,
    )
    const sessions = `SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'slipway-%'`
    expect(await sql(sessions)).toBe('0')
  })

  it('is read back to its end, and counted by what is in it', async () => {
    const { dataset, ...rest } = await openDataset(app, 'ledger')
    if (dataset.kind !== 'postgres') throw new Error(dataset.kind)
    const job = { ...rest, dataset }
    const { directory, backup } = await takeSample(job)
    const [whole, cut, lacking] = [`${directory}/ledger.dump`, `${directory}/cut`, `${directory}/lacking`]
    const { tables } = asPostgres(backup)
    expect(await countBack(job, whole)).toMatchObject({ tables, largeObjects: 1 })
    // A dump without its last part still lists every table.
    await sample.exec(`head -c $(($(stat -c %s ${whole}) - 2000)) ${whole} > ${cut}`)
    await expect(countBack(job, cut)).rejects.toMatchObject({ code: 'backup.failed' })
    const list = await sample.exec(`docker exec -i ${container} pg_restore --list < ${cut}`)
    expect(list.stdout).toContain('TABLE DATA public accounts')
    const dump = `docker exec ${container} pg_dump -U ledger -Fc --exclude-table-data=accounts ledger`
    await sample.exec(`${dump} > ${lacking}`)
    const { 'public.accounts': _, ...others } = tables
    expect((await countBack(job, lacking)).tables).toEqual(others)
  })

  it.for([
    ['at once', 'true', 0],
    ['afterwards, where the image lacks what that takes', 'mv /usr/bin/mkfifo /usr/bin/mkfifo.away', 1],
  ] as const)('is read %s', async ([, prepare, times]) => {
    const inImage = (command: string) => sample.exec(['docker', 'exec', '-u', 'root', container, 'sh', '-c', command])
    const job = await openDataset(app, 'ledger')
    const exec = vi.spyOn(job.host, 'exec')
    await inImage(prepare)
    try {
      await takeSample(job)
      expect(exec.mock.calls.filter(([argv]) => argv.at(-1) === '--file=-')).toHaveLength(times)
    } finally {
      exec.mockRestore()
      await inImage('[ ! -e /usr/bin/mkfifo.away ] || mv /usr/bin/mkfifo.away /usr/bin/mkfifo')
    }
  })

  it('that somebody cancels ends, with its sessions in the server', async () => {
    const controller = new AbortController()
    const job = await openDataset(app, 'ledger', controller.signal)
    const dumped = sql(whenDumped('public.large', 'go on'))
    const failure = expect(takeSample(job)).rejects.toThrow('enough')
    await dumped
    controller.abort(new Error('enough'))
    await failure
    const sessions = `SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'slipway-%'`
    await expect.poll(() => sql(sessions), { timeout: minute }).toBe('0')
  })

  it('that does not fit on the disk says so', async () => {
    const job = await openDataset(app, 'ledger')
    await sample.fillDisk(4 * megabyte)
    try {
      await expect(takeSample(job)).rejects.toMatchObject({ code: 'host.disk-full' })
    } finally {
      await sample.freeDisk()
      await sql('DROP TABLE large')
    }
  })

  it('of a database without tables is an alarm, already when it is measured', async () => {
    await sql('CREATE DATABASE nothing')
    await using other = startLedgerApp(sample, { ...ledgerDatasets.database, database: 'nothing' })
    const job = await openDataset(other, 'ledger')
    await expect(takeSample(job)).rejects.toMatchObject({ code: 'backup.empty' })
    expect((await kindOf(job.dataset).measure(job)).alarm).toContain('has no tables')
  })

  it('of much less than the one before is an alarm, but rows that come and go by themselves are not', async () => {
    const job = await openDataset(app, 'ledger')
    const { backup } = await takeSample(job)
    await sql('DELETE FROM sessions')
    const calm = await takeSample(job, backup)
    expect(calm.backup.warnings).toEqual([])
    await sql('CREATE TABLE kept AS TABLE entries; DELETE FROM entries WHERE id > 100')
    const shrunk = takeSample(job, { ...asPostgres(backup), tables: { 'public.entries': 100_000 } })
    await expect(shrunk).rejects.toMatchObject({ code: 'backup.shrunk' })
    await sql('INSERT INTO entries SELECT * FROM kept WHERE id > 100; DROP TABLE kept')
  })

  it.for([
    ['database', { database: 'elsewhere' }, 'there is no such database'],
    ['role', { user: 'nobody' }, 'there is no such role'],
    ['variable', { database: '$' + '{env:NOT_THERE}' }, 'NOT_THERE of service db, which is not set'],
  ] as const)('with the wrong %s says so', async ([, change, message]) => {
    await using other = startLedgerApp(sample, { ...ledgerDatasets.database, ...change })
    const job = await openDataset(other, 'ledger')
    await expect(takeSample(job)).rejects.toMatchObject({
      code: 'backup.failed',
      message: expect.stringContaining(message),
    })
  })

  it('is let in with the password that the container was given, and with no other', async () => {
    const rules = '/var/lib/postgresql/data/pg_hba.conf'
    const inside = (script: string) => sample.exec(['docker', 'exec', container, 'sh', '-c', script])
    await inside(`cp ${rules} /tmp/rules && sed -i 's/^local.*/local all all scram-sha-256/' ${rules} && kill -HUP 1`)
    try {
      const job = await openDataset(app, 'ledger')
      expect((await takeSample(job)).backup.kind).toBe('postgres')
      const question = { dataset: 'ledger', sql: 'SELECT max(version) FROM schema_version', timeoutMs: minute }
      expect(await askData(job.stack, { ...question, signal: job.signal })).toEqual({ kind: 'value', value: '1' })
      await using other = startLedgerApp(sample, { ...ledgerDatasets.database, user: 'auditor' })
      const refused = takeSample(await openDataset(other, 'ledger'))
      await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('does not let the role in') })
    } finally {
      await inside(`cp /tmp/rules ${rules} && kill -HUP 1`)
    }
  })

  it('without pg_dump in the image says what is missing', async () => {
    const away = (from: string, to: string) =>
      sample.exec(['docker', 'exec', container, 'sh', '-c', `mv ${from} ${to}`])
    const path = '/usr/lib/postgresql/17/bin/psql'
    const link = (await sample.exec(['docker', 'exec', container, 'which', 'psql'])).stdout.trim()
    expect(link).toBe(path)
    await away(path, `${path}.away`)
    await sample.exec(['docker', 'exec', container, 'mv', '/usr/bin/psql', '/usr/bin/psql.away'], {
      allowFailure: true,
    })
    try {
      await expect(takeSample(await openDataset(app, 'ledger'))).rejects.toMatchObject({ code: 'backup.tool-missing' })
    } finally {
      await away(`${path}.away`, path)
      await sample.exec(['docker', 'exec', container, 'mv', '/usr/bin/psql.away', '/usr/bin/psql'], {
        allowFailure: true,
      })
    }
  })
})

describe('a restore of a PostgreSQL database', { timeout: 5 * minute }, () => {
  it('brings back all that was there, under the same name, and keeps what it replaced', async () => {
    const job = await openDataset(app, 'ledger')
    const before = await fingerprint()
    const { backup, directory } = await takeSample(job)
    await sql('DELETE FROM entries WHERE id % 2 = 0; ALTER TABLE entries DROP COLUMN note; DROP EXTENSION pgcrypto')
    const after = await sql('SELECT count(*) FROM entries')
    const kind = kindOf(job.dataset)
    const request = { directory, mark: job.operationId }
    await kind.restoreBeside(job, backup, request)
    expect(await sql('SELECT count(*) FROM entries')).toBe(after)
    const replaced = await kind.swap(job, backup, request)
    expect(replaced).toBe(`ledger_slipway_${job.operationId}`)
    expect(await fingerprint()).toBe(before)
    expect(await sql('SELECT count(*) FROM entries', replaced ?? '')).toBe(after)
    expect(await databases()).toHaveLength(5 + 1)
    // Run again after an interruption just behind the swap: nothing more happens.
    await kind.restoreBeside(job, backup, request)
    expect(await kind.swap(job, backup, request)).toBe(replaced)
    expect(await fingerprint()).toBe(before)
    await expect(kind.discardReplaced(job, 'ledger')).rejects.toMatchObject({ code: 'operation.blocked' })
    expect(await kind.measureReplaced(job, replaced ?? '')).toBeGreaterThan(megabyte)
    await kind.discardReplaced(job, replaced ?? '')
    expect(await databases()).toEqual(['ledger', 'nothing', 'postgres', 'template0', 'template1'])
  })

  it('of a file that is not the one of the manifest touches nothing', async () => {
    const job = await openDataset(app, 'ledger')
    const { backup, directory } = await takeSample(job)
    await sample.exec(`dd if=/dev/zero of=${directory}/ledger.dump bs=1 seek=5000 count=10 conv=notrunc`)
    await expect(kindOf(job.dataset).verify(job, backup, directory)).rejects.toMatchObject({ code: 'backup.corrupt' })
    const restore = kindOf(job.dataset).restoreBeside(job, backup, { directory, mark: job.operationId })
    await expect(restore).rejects.toMatchObject({ code: 'backup.corrupt' })
  })

  it('that brings back fewer rows than the manifest names is refused', async () => {
    const job = await openDataset(app, 'ledger')
    const { backup, directory } = await takeSample(job)
    const wrong = { ...asPostgres(backup), tables: { ...asPostgres(backup).tables, 'public.accounts': 101 } }
    const restore = kindOf(job.dataset).restoreBeside(job, wrong, { directory, mark: job.operationId })
    await expect(restore).rejects.toMatchObject({ message: expect.stringContaining('public.accounts has 100') })
    await kindOf(job.dataset).discardRestored(job, backup, { directory, mark: job.operationId })
  })
})

describe('a question to a PostgreSQL database', { timeout: minute }, () => {
  it('is answered with one value, and cannot change anything', async () => {
    const job = await openDataset(app, 'ledger')
    const ask = (statement: string) => kindOf(job.dataset).query(job, statement)
    expect(await ask('SELECT max(version) FROM schema_version;')).toBe('1')
    expect(await ask('SELECT 1 WHERE false')).toBeNull()
    await expect(ask('DELETE FROM accounts')).rejects.toMatchObject({ code: 'backup.failed' })
  })

  it('how much it holds is exact for a small one', async () => {
    const job = await openDataset(app, 'ledger')
    const live = await kindOf(job.dataset).count(job)
    expect(live).toMatchObject({ exact: true, counts: { 'public.accounts': 100 } })
  })
})
