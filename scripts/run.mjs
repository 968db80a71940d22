// The door of every npm script. Runs on whatever Node the machine has (20 or newer) and without dependencies:
// installs what is missing, then hands over to the project's own Node 24, which runs the TypeScript commands.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, nodePath, root } from './install.mjs'

const COMMANDS = {
  dev: 'run the app from source, rebuilding on change',
  start: 'build and open the app',
  demo: 'open the app on a sample host with the sample products, or those named',
  test: 'run every check and every test',
  check: 'format, lint, types, unit tests, dead code, build',
  build: 'check types and build to out/',
  bench: 'measure the speed of the app against the sample host',
  runbook: 'check runbooks, and show what they come to: npm run runbook -- lint FILE…',
}

function usage() {
  const lines = Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(8)} ${text}`)
  return `Usage: npm run COMMAND\n${lines.join('\n')}`
}

/** Signals sent to this process only are passed on; Ctrl-C reaches the whole group by itself. */
function passSignals(child) {
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
}

function run(script, args) {
  const path = `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`
  const child = spawn(nodePath(), [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  passSignals(child)
  child.on('error', (error) => {
    console.error(`${script} could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1
  })
}

const [command = '', ...args] = process.argv.slice(2)
if (!Object.hasOwn(COMMANDS, command)) {
  console.error(usage())
  process.exit(command === '' || command === 'help' ? 0 : 2)
}
const script = command === 'bench' ? 'bench/main.ts' : `scripts/commands/${command}.ts`
if (!existsSync(join(root, script))) {
  console.error(`${script} does not exist.`)
  process.exit(2)
}
if (!ensureInstalled()) process.exit(1)
run(script, args)
