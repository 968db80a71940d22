import { spawn } from 'node:child_process'
import type { Engine } from './engine.ts'

const undisposed = new Map<string, Engine>()
let isWatching = false

/** Removes the container when this process ends without having disposed it; a killed process's go at the next start. */
export function disposeOnExit(engine: Engine, containerName: string): void {
  if (!isWatching) process.once('exit', removeUndisposed)
  isWatching = true
  undisposed.set(containerName, engine)
}

/** Undoes `disposeOnExit`. */
export function keepOnExit(containerName: string): void {
  undisposed.delete(containerName)
}

function removeUndisposed(): void {
  for (const [containerName, engine] of undisposed) {
    const argv = ['rm', '--force', '--volumes', containerName]
    spawn('docker', argv, { env: engine.env, detached: true, stdio: 'ignore' }).unref()
  }
}
