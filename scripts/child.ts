import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { dirname } from 'node:path'

export const root = dirname(import.meta.dirname)

/** Starts a program of the project (its `node_modules/.bin` is on PATH) in the project's folder. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const isWindows = process.platform === 'win32'
  return spawn(command === 'node' ? process.execPath : command, [...args], {
    cwd: root,
    stdio: 'inherit',
    // Programs in .bin are .cmd files there, which only a shell can start.
    shell: isWindows && command !== 'node',
    ...options,
  })
}

/** Exit code of a child; 1 when a signal ended it or it could not be started. */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(error.message)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/** Runs a program to its end and returns its exit code. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return exitOf(start(command, args, options))
}
