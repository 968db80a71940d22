import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { iptablesThatWork } from './packet-filter.ts'
import { cacheFolder } from './paths.ts'
import { run } from './run.ts'

const startTimeoutMs = 60_000
const patienceMs = 30_000
const pollMs = 100
/** A unix socket's path may have 107 bytes; containerd puts some 40 of its own behind ours. */
const longestSocketFolder = 55

/** Where our own Docker engine listens, whether it runs or not. */
export function ownEngineSocket(): string {
  return `unix://${join(socketFolder(), 'docker.sock')}`
}

/**
 * Starts our own Docker engine as a daemon which outlives this process, so that the next run finds it.
 * The caller holds the lock and has seen that nothing answers on the socket: what lies about is stale.
 */
export async function startOwnEngine(): Promise<void> {
  if (await livesAndAnswersAtLast()) return
  await endStaleEngine()
  const logPath = join(cacheFolder('engine'), 'dockerd.log')
  const { env, iptables } = await iptablesThatWork()
  const daemon = spawnDaemon(dockerdArguments(iptables), env, logPath)
  await untilItAnswers(daemon, logPath)
}

function dockerdArguments(iptables: boolean): string[] {
  const engineFolder = cacheFolder('engine')
  const configPath = join(engineFolder, 'daemon.json')
  writeFileSync(configPath, '{}\n')
  return [
    ...['--config-file', configPath, '--host', ownEngineSocket(), '--pidfile', pidPath()],
    ...['--data-root', join(engineFolder, 'data'), '--exec-root', join(socketFolder(), 'exec')],
    ...['--bridge', 'none', '--max-concurrent-uploads', '2', '--log-level', 'warn'],
    // Published ports on 127.0.0.1 are carried by the userland proxy, so they work without packet filter too.
    ...(iptables ? [] : ['--iptables=false', '--ip6tables=false', '--ip-masq=false']),
  ]
}

function spawnDaemon(argv: string[], env: NodeJS.ProcessEnv, logPath: string) {
  const log = openSync(logPath, 'w', 0o600)
  const daemon = spawn('dockerd', argv, { env, detached: true, stdio: ['ignore', log, log], cwd: '/' })
  closeSync(log)
  daemon.unref()
  return daemon
}

async function untilItAnswers(daemon: ReturnType<typeof spawnDaemon>, logPath: string): Promise<void> {
  let ended: string | undefined
  daemon.on('error', (error) => {
    ended = error.message
  })
  daemon.on('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `exit code ${code}`}`
  })
  const deadline = Date.now() + startTimeoutMs
  while (Date.now() < deadline && ended === undefined) {
    if (await answers(ownEngineSocket())) return
    await sleep(pollMs)
  }
  const tail = readFileSync(logPath, 'utf8').trim().split('\n').slice(-15).join('\n')
  throw new Error(`The sample host's Docker engine did not start (${ended ?? 'no answer'}). ${logPath}:\n${tail}`)
}

/** Whether a Docker engine answers at that address. */
export async function answers(dockerHost: string | undefined): Promise<boolean> {
  const env = dockerHost === undefined ? process.env : { ...process.env, DOCKER_HOST: dockerHost }
  const argv = ['version', '--format', '{{.Server.Version}}']
  const result = await run('docker', argv, { env, allowFailure: true, timeoutMs: 10_000 }).catch(() => undefined)
  return result?.code === 0 && result.stdout.trim() !== ''
}

/** A busy machine makes an engine slow; ending it would end every sample host of every run. */
async function livesAndAnswersAtLast(): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (livingDockerd() !== undefined && Date.now() < deadline) {
    if (await answers(ownEngineSocket())) return true
    await sleep(pollMs)
  }
  return false
}

/** An engine of ours that lives but does not answer is ended; then its pid files and sockets go. */
async function endStaleEngine(): Promise<void> {
  const pid = livingDockerd()
  if (pid !== undefined) {
    process.kill(pid, 'SIGKILL')
    while (livingDockerd() === pid) await sleep(pollMs)
  }
  rmSync(pidPath(), { force: true })
  rmSync(join(socketFolder(), 'docker.sock'), { force: true, recursive: true })
  // A containerd of ours that outlived its engine is taken over by the next. But a pid file whose number now belongs to
  // another process would make the engine wait for that process, and in the end kill it.
  if (livingContainerd() === undefined) rmSync(containerdPidPath(), { force: true })
}

function livingDockerd(): number | undefined {
  return livingProcess(pidPath(), ownEngineSocket())
}

function livingContainerd(): number | undefined {
  return livingProcess(containerdPidPath(), join(socketFolder(), 'exec', 'containerd', 'containerd.toml'))
}

/** The process that a pid file names, if it really is ours (has that argument) and not a newcomer with its number. */
function livingProcess(path: string, argument: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return words.includes(argument) ? pid : undefined
  } catch {
    return undefined
  }
}

function containerdPidPath(): string {
  return join(socketFolder(), 'exec', 'containerd', 'containerd.pid')
}

function pidPath(): string {
  return join(cacheFolder('engine'), 'docker.pid')
}

function socketFolder(): string {
  const wanted = cacheFolder('engine')
  if (wanted.length <= longestSocketFolder) return wanted
  const folder = join(tmpdir(), `slipway-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}
