import { createReadStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { HttpError } from '../common/http-server.js'
import { updateBackup } from './backup-catalog.js'
import { artifactPath, faultOf } from './backup-storage.js'
import { withLock } from './locks.js'
import { run } from './programs.js'
import { settings } from './settings.js'
import { tenantOf } from './shared-cluster.js'

const lockMinutes = 60
const startTimeoutMs = 30_000
const password = 'restore-check-only'

/** Restores a backup into a PostgreSQL that is made for it and thrown away, and notes whether tables came of it. */
export async function verifyBackup(backup) {
  if (backup.status !== 'complete') throw new HttpError(500, 'Only a complete backup can be verified')
  if (backup.restoreVerificationStatus === 'restore_verified') return
  await withLock(`backup:verify:${backup.id}`, lockMinutes, async () => {
    try {
      const fault = await faultOf(backup)
      if (fault !== null) throw new Error(fault)
      await restoreOnce(backup)
      await note(backup, 'restore_verified', null)
    } catch (error) {
      await note(backup, 'restore_failed', error.message)
      throw error
    }
  })
}

function note(backup, status, error) {
  return updateBackup(backup.id, {
    restore_verification_status: status,
    restore_verification_error: error,
    restore_verification_at: new Date(),
  })
}

async function restoreOnce(backup) {
  const container = `flux-backup-verify-${backup.id.replaceAll('-', '').slice(0, 12)}`
  const remove = () => run('docker', ['rm', '--force', '--volumes', container]).catch(() => {})
  const inside = (argv, input) =>
    run('docker', ['exec', ...(input ? ['-i'] : []), '-e', `PGPASSWORD=${password}`, container, ...argv], { input })
  await remove()
  try {
    const options = ['--rm', '-d', '--name', container, '-e', `POSTGRES_PASSWORD=${password}`]
    await run('docker', ['run', ...options, settings.verifyImage])
    await untilItAnswers(inside)
    const psql = (sql) =>
      inside(['psql', '-h', '127.0.0.1', '-U', 'postgres', '-AtX', '-v', 'ON_ERROR_STOP=1', '-c', sql])
    const { role, schema } = tenantOf(backup.projectId)
    await psql(`CREATE ROLE ${role}`)
    const restore = ['pg_restore', '-h', '127.0.0.1', '-U', 'postgres', '-d', 'postgres', '--no-owner', '--no-acl']
    // From stdin: a path of this container means something else to the engine.
    await inside(restore, createReadStream(artifactPath(backup)))
    const tables = Number(await psql(`SELECT count(*) FROM pg_tables WHERE schemaname = '${schema}'`))
    if (tables === 0) throw new Error('the restored database has no tables')
  } finally {
    await remove()
  }
}

/** The first server of a new image listens on its socket only; over TCP nothing answers before it is the real one. */
async function untilItAnswers(inside) {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    try {
      return await inside(['psql', '-h', '127.0.0.1', '-U', 'postgres', '-c', 'SELECT 1'])
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
    await sleep(300)
  }
}
