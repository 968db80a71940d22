import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const root = dirname(import.meta.dirname)
/** The first start compiles nothing but loads every module, on a machine that is busy with other tests. */
const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 8000

/** The app behind its browser entry, in a process of its own with a data folder of its own. */
export class AppProcess implements AsyncDisposable {
  readonly dataFolder: string
  /** Signs one browser in, once. */
  readonly link: string
  /** All that the process printed, for failures. */
  readonly output: readonly string[]
  readonly #child: ChildProcess
  readonly #ownsFolder: boolean

  constructor(child: ChildProcess, link: string, output: readonly string[], dataFolder: string, ownsFolder: boolean) {
    this.#child = child
    this.link = link
    this.output = output
    this.dataFolder = dataFolder
    this.#ownsFolder = ownsFolder
  }

  /** Of the process that runs the app. */
  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** As when the machine loses power: nothing is told, nothing is left in order. */
  async kill(): Promise<void> {
    const exited = this.#exited()
    this.#child.kill('SIGKILL')
    await exited
  }

  /** As by Ctrl-C; the exit code. */
  async stop(): Promise<number | null> {
    const exited = this.#exited()
    this.#child.kill('SIGINT')
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS)
    const code = await exited
    clearTimeout(limit)
    return code
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    if (this.#ownsFolder) rmSync(this.dataFolder, { recursive: true, force: true })
  }

  #exited(): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve(this.#child.exitCode)
    return new Promise((resolve) => this.#child.once('exit', (code) => resolve(code)))
  }
}

export interface AppProcessOptions {
  /** An existing folder, to start the app again on the same data. Default: a new one, removed at the end. */
  readonly dataFolder?: string
  readonly port?: number
  readonly env?: Readonly<Record<string, string>>
}

function waitForLink(child: ChildProcess, output: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => reject(new Error(`The app did not start: ${reason}\n${output.join('\n')}`))
    const limit = setTimeout(() => fail('no link in time'), START_LIMIT_MS)
    child.once('exit', (code) => fail(`exit code ${code}`))
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line)
        const link = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(line)?.[0]
        if (link === undefined) return
        clearTimeout(limit)
        resolve(link)
      })
    }
  })
}

/** Starts `electron/server.ts` and waits for its link. Dispose it. */
export async function startApp(options: AppProcessOptions = {}): Promise<AppProcess> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'app-data-'))
  const argv = ['electron/server.ts', '--data-folder', dataFolder, '--port', String(options.port ?? 0)]
  const env = { ...process.env, ...options.env }
  const child = spawn(process.execPath, argv, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: string[] = []
  try {
    const link = await waitForLink(child, output)
    return new AppProcess(child, link, output, dataFolder, options.dataFolder === undefined)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
