import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import type { RemoteProcess } from './host.ts'
import { shownCommand } from './run-command.ts'

/** Time for a command to end on a polite signal. */
const KILL_AFTER_MS = 2_000
/** What shells answer for a program that is missing, and for one that cannot be run. */
const NOT_FOUND = 127
const NOT_RUNNABLE = 126
/** Where programs are on a Mac that apps started from the Dock do not look. */
const MAC_PATHS = ['/usr/local/bin', '/opt/homebrew/bin']

type ProcessEnd = Awaited<RemoteProcess['exit']>

export interface LocalProcessOptions {
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
}

/**
 * A process of this computer with all that it starts: a process group of its own, ended as a whole. One that cannot be
 * started ends as a shell would have it, with 127 or 126, so that it is told like one on another host.
 */
export class LocalProcess implements RemoteProcess {
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  readonly exit: Promise<ProcessEnd>
  /** For messages. */
  readonly shown: string
  readonly #child: ChildProcess
  #killTimer: NodeJS.Timeout | undefined
  #killed: Promise<void> | null = null

  constructor(argv: readonly string[], options: LocalProcessOptions = {}) {
    const [program = '', ...args] = argv
    this.shown = shownCommand(argv)
    this.#child = spawn(program, args, {
      stdio: 'pipe',
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: { ...process.env, ...searchPath(), ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    const { stdin, stdout, stderr } = this.#child
    const hasStarted = this.#child.pid !== undefined && stdin && stdout && stderr
    const failed = hasStarted ? null : failedStart(this.#child, program, options.cwd)
    this.stdin = stdin && hasStarted ? stdin : discard()
    this.stdout = stdout && hasStarted ? stdout : Readable.from([])
    this.stderr = stderr && hasStarted ? stderr : Readable.from(failed ? readText(failed) : [])
    // A command that does not read its input is judged by how it ends.
    this.stdin.on('error', () => {})
    this.exit = failed ? failed.then(({ code }) => ({ code, signal: null })) : this.#follow()
  }

  /** Resolves when nothing of the process is left; for one that was not killed, when it has ended. */
  get gone(): Promise<void> {
    return this.exit.then(() => this.#killed ?? undefined)
  }

  kill(): void {
    if (this.#killed || this.#child.pid === undefined || !this.#isAlive()) return
    // Nobody reads on; what is left would keep it from ending.
    this.stdout.resume()
    this.stderr.resume()
    this.#signal('SIGTERM')
    this.#killed = new Promise((resolve) => {
      const finish = () => {
        clearTimeout(this.#killTimer)
        resolve()
      }
      this.#killTimer = setTimeout(() => {
        this.#signal('SIGKILL')
        finish()
      }, KILL_AFTER_MS)
      this.exit.then(() => {
        if (!this.#isAlive()) finish()
      })
    })
  }

  #follow(): Promise<ProcessEnd> {
    return new Promise((resolve) => {
      this.#child.on('error', () => {})
      this.#child.once('close', (code, signal) => resolve({ code, signal }))
    })
  }

  /** Whether anything of the group is left. */
  #isAlive(): boolean {
    const { pid } = this.#child
    if (pid === undefined) return false
    if (process.platform === 'win32') return this.#child.exitCode === null && this.#child.signalCode === null
    try {
      return process.kill(-pid, 0)
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM'
    }
  }

  #signal(name: 'SIGTERM' | 'SIGKILL'): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      if (process.platform === 'win32') run('taskkill', ['/pid', String(pid), '/T', '/F'])
      else process.kill(-pid, name)
    } catch (error) {
      // What runs as root is ended by root.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') return
      run('sudo', ['-n', 'kill', `-${name.slice(3)}`, '--', `-${pid}`])
    }
  }
}

function run(program: string, args: readonly string[]): void {
  execFile(program, args, () => {
    // Whether it helped shows in the process that it was for.
  })
}

function searchPath(): { PATH?: string } {
  if (process.platform !== 'darwin') return {}
  const known = (process.env.PATH ?? '').split(':').filter((path) => path !== '')
  return { PATH: [...new Set([...known, ...MAC_PATHS])].join(':') }
}

interface FailedStart {
  readonly code: number
  readonly text: string
}

function failedStart(child: ChildProcess, program: string, cwd: string | undefined): Promise<FailedStart> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      // Node says ENOENT of the program for a missing directory too.
      if (cwd !== undefined && !existsSync(cwd)) resolve({ code: 1, text: `cd: ${cwd}: No such file or directory\n` })
      else if (error.code === 'ENOENT') resolve({ code: NOT_FOUND, text: `${program}: not found\n` })
      else resolve({ code: NOT_RUNNABLE, text: `${program}: ${error.message}\n` })
    })
  })
}

async function* readText(failed: Promise<FailedStart>) {
  yield Buffer.from((await failed).text)
}

function discard(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
