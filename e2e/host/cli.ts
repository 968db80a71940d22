import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { ensureEngine } from './engine.ts'
import { type HostRecord, readHostRecords } from './host-folder.ts'
import { say, sayWhile } from './progress.ts'
import { SampleHost } from './sample-host.ts'
import { ensureSampleHostImage } from './sample-host-image.ts'
import { findRunning, removeStaleHosts } from './stale-hosts.ts'
import { startSampleHost } from './start-sample-host.ts'

const usage = `node e2e/host/cli.ts ensure
node e2e/host/cli.ts start [--stack PRODUCT]… [--no-deploy] [--name NAME] [--disk SIZE] [--json]
node e2e/host/cli.ts list [--json]
node e2e/host/cli.ts stop NAME… | --all
node e2e/host/cli.ts ssh NAME [COMMAND…]`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stack: { type: 'string', multiple: true, default: [] },
    'no-deploy': { type: 'boolean', default: false },
    name: { type: 'string' },
    disk: { type: 'string' },
    json: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

/** Makes all that a sample host is started from, so that starting one takes seconds. */
async function ensure(): Promise<void> {
  const engine = await ensureEngine()
  await removeStaleHosts(engine)
  say(`ready: ${await ensureSampleHostImage(engine)}`)
}

async function start(): Promise<void> {
  await ensure()
  const { name, disk } = values
  const given = { ...(name === undefined ? {} : { name }), ...(disk === undefined ? {} : { diskSize: disk }) }
  const what = ['starting a host', ...values.stack].join(', ')
  const options = { ...given, stacks: values.stack, deploy: !values['no-deploy'], keep: true }
  const host = await sayWhile(what, () => startSampleHost(options))
  process.stdout.write(values.json ? `${JSON.stringify(host.record, null, 2)}\n` : formatLine(host.record))
}

async function list(): Promise<void> {
  const records = await runningRecords()
  process.stdout.write(values.json ? `${JSON.stringify(records, null, 2)}\n` : records.map(formatLine).join(''))
}

async function stop(names: readonly string[]): Promise<void> {
  const engine = await ensureEngine()
  const records = readHostRecords()
  const chosen = values.all ? records : names.map((name) => recordOf(records, name))
  for (const record of chosen) await new SampleHost(engine, record).dispose()
}

async function ssh([name = '', ...command]: readonly string[]): Promise<void> {
  const record = recordOf(await runningRecords(), name)
  const options = [
    '-i',
    record.privateKeyPath,
    '-o',
    'IdentitiesOnly=yes',
    '-o',
    `UserKnownHostsFile=${record.knownHostsPath}`,
  ]
  const argv = ['-p', String(record.sshPort), ...options, `${record.user}@${record.sshHost}`, ...command]
  const child = spawn('ssh', argv, { stdio: 'inherit' })
  child.on('close', (code) => {
    process.exitCode = code ?? 1
  })
}

async function runningRecords(): Promise<HostRecord[]> {
  const running = await findRunning(await ensureEngine())
  return readHostRecords().filter((record) => running.includes(record.containerName))
}

function recordOf(records: readonly HostRecord[], name: string): HostRecord {
  const record = records.find((candidate) => candidate.name === name)
  if (!record) throw new Error(`There is no sample host ${name || '(name missing)'}; see: node e2e/host/cli.ts list`)
  return record
}

function formatLine(record: HostRecord): string {
  const login = `${record.user}@${record.sshHost} port ${record.sshPort}, password ${record.password}`
  return `${record.name}: ${login}, key ${record.privateKeyPath}\n`
}

async function main([command, ...rest]: readonly string[]): Promise<void> {
  if (values.help) command = undefined
  switch (command) {
    case 'ensure':
      return await ensure()
    case 'start':
      return await start()
    case 'list':
      return await list()
    case 'stop':
      return await stop(rest)
    case 'ssh':
      return await ssh(rest)
    default:
      process.stdout.write(`${usage}\n`)
      process.exitCode = values.help ? 0 : 2
  }
}

main(positionals).catch((error: unknown) => {
  say(error instanceof Error ? [error.message, causeOf(error)].join('\n') : String(error))
  process.exitCode = 1
})

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : ''
}
