import { expect, vi } from 'vitest'
import type { Host } from './host.ts'

const PATIENCE = { timeout: 10_000, interval: 100 }

/** What the suite needs of a kind of host, and how it is put away. */
export interface ConformingHost {
  readonly host: Host
  /** An empty directory on it, writable, with no blank in its path. */
  readonly scratchDirectory: string
  /** A file on it that its user may not read, where there is one: root may read everything. */
  readonly forbiddenFile: string | null
  /** The command lines of all processes on it, seen by another way than the host's own. */
  processes(): Promise<string>
  dispose(): Promise<void>
}

/** Waits until a process on the host has `pattern` in its command line. */
export async function waitUntilRunning(given: ConformingHost, pattern: string): Promise<void> {
  await vi.waitFor(async () => expect(await given.processes()).toContain(pattern), PATIENCE)
}

/** Waits until none has. */
export async function waitUntilGone(given: ConformingHost, pattern: string): Promise<void> {
  await vi.waitFor(async () => expect(await given.processes()).not.toContain(pattern), PATIENCE)
}
