import { HttpError } from '../common/http-server.js'
import { query } from './system-db.js'

/** Does work that nobody else may do at the same time; a lock whose holder died is free again after its minutes. */
export async function withLock(name, minutes, work) {
  const take = `INSERT INTO operation_locks (name, expires_at) VALUES ($1, now() + make_interval(mins => $2))
    ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at WHERE operation_locks.expires_at < now() RETURNING name`
  const [taken] = await query(take, [name, minutes])
  if (taken === undefined) throw new HttpError(409, `${name} is already running`)
  try {
    return await work()
  } finally {
    await query('DELETE FROM operation_locks WHERE name = $1', [name])
  }
}
