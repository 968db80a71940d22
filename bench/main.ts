import { inspect, parseArgs } from 'node:util'
import { BUILD } from '../scripts/checks.ts'
import { run } from '../scripts/child.ts'
import { measureApi } from './api.ts'
import { measureBackup } from './backup.ts'
import { measureDowntime } from './downtime.ts'
import { measureFlood } from './log-flood.ts'
import { measureLogs } from './logs.ts'
import { measureLogsScreen } from './logs-screen.ts'
import { measureMonitor } from './monitor.ts'

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, 'pg-mb': { type: 'string', default: '1000' } },
  allowPositionals: true,
})
/** Smaller to try it; the figure is that of a gigabyte. */
const pgMegabytes = Number(values['pg-mb'])
if (!(pgMegabytes >= 1)) {
  console.error('--pg-mb is the size of the database to be backed up, in megabytes.')
  process.exit(2)
}

const PARTS: Readonly<Record<string, () => Promise<Record<string, number>>>> = {
  api: measureApi,
  downtime: measureDowntime,
  backup: () => measureBackup({ pgMegabytes }),
  logs: measureLogs,
  'logs-flood': measureFlood,
  'logs-screen': measureLogsScreen,
  monitor: measureMonitor,
}

/** Parts that look at the app's page, which is to be that of this source. */
const WITH_PAGE = ['logs-flood', 'logs-screen']

const unknown = positionals.filter((name) => !Object.hasOwn(PARTS, name))
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. There are: ${Object.keys(PARTS).join(', ')}.`)
  process.exit(2)
}

const chosen = Object.keys(PARTS).filter((name) => positionals.length === 0 || positionals.includes(name))
if (chosen.some((name) => WITH_PAGE.includes(name))) {
  console.error('Building the page…')
  // Standard output is for the figures alone.
  const exitCode = await run(BUILD.command, BUILD.args, { stdio: ['ignore', 2, 2] })
  if (exitCode !== 0) process.exit(exitCode)
}

const figures: Record<string, number> = {}
let failed = false
for (const name of chosen) {
  console.error(`Measuring ${name}…`)
  try {
    Object.assign(figures, await PARTS[name]?.())
  } catch (error) {
    // A run takes minutes and may not fail again: all that is known of the cause, and the figures of the other parts.
    failed = true
    console.error(`${name} could not be measured:`, inspect(error, { depth: 8, maxStringLength: null }))
  }
}

if (values.json === true) console.log(JSON.stringify(figures))
else for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(36)} ${format(value)}`)
process.exit(failed ? 1 : 0)

function format(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1)
}
