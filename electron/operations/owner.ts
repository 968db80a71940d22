import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { Owner } from '../../shared/contract/operations.ts'

/** This running app, as locks and journals name it. */
export function createOwner(): Owner {
  return { user: userName(), machine: hostname(), instance: `${process.pid}-${randomBytes(4).toString('hex')}` }
}

/**
 * Whether the app that the owner names has certainly ended: it ran on this computer, and its process is no
 * more. A number given to another process since looks alive; then the heartbeat decides, as for other machines.
 */
export function isOwnerGone(owner: Owner, me: Owner): boolean {
  if (owner.machine !== me.machine || owner.user !== me.user || owner.instance === me.instance) return false
  const pid = Number(owner.instance.split('-')[0])
  if (!Number.isInteger(pid) || pid <= 0) return false
  // Left by an earlier start of this very process number, as in a container where every start is process 1.
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? process.env.USERNAME ?? 'unknown'
  }
}
