import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { cacheFolder } from './paths.ts'
import { say } from './progress.ts'

const pollMs = 150
/** After this wait the person is told what the silence is about. */
const noticeAfterMs = 2_000

/**
 * Runs `work` while no other process on this machine holds the lock of that name.
 * The lock is SQLite's file lock, which the kernel gives back when a process dies, so a killed run
 * leaves nothing to clean up.
 */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const database = new DatabaseSync(join(cacheFolder('locks'), `${name}.lock`), { timeout: 0 })
  try {
    await acquire(database, name)
    return await work()
  } finally {
    database.close()
  }
}

async function acquire(database: DatabaseSync, name: string): Promise<void> {
  const startedAt = Date.now()
  let told = false
  while (!tryAcquire(database)) {
    if (!told && Date.now() - startedAt > noticeAfterMs) {
      say(`waiting for another process that is busy with the same (${name})`)
      told = true
    }
    await sleep(pollMs)
  }
}

function tryAcquire(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false
    throw error
  }
}
