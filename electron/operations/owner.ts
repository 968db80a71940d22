import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import type { Owner } from '../../shared/contract/operations.ts'

/** This running app, as locks and journals name it. `installation` is the id of the folder in which it keeps its data. */
export function createOwner(installation: string): Owner {
  const instance = `${process.pid}-${randomBytes(4).toString('hex')}`
  const start = readStart()
  const boot = start === null ? {} : { boot: hash(`${installation} ${start}`) }
  return { user: userName(), machine: hostname(), instance, ...boot }
}

/**
 * Whether the app that the owner names has ended: it ran where this one runs, and its process is no more. Names of users
 * and machines prove nothing, since many laptops are `admin@localhost`; and a process is seen only from within the same
 * container. A number given to another process since looks alive; then the heartbeat decides, as for other machines.
 */
export function isOwnerGone(owner: Owner, me: Owner): boolean {
  if (owner.boot === undefined || owner.boot !== me.boot || owner.instance === me.instance) return false
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

/** Differs between computers, between their starts, and between what cannot see each other's processes; null: unknown. */
function readStart(): string | null {
  try {
    switch (process.platform) {
      case 'linux':
        return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')}`
      case 'darwin':
        return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim() || null
      default:
        return null
    }
  } catch {
    return null
  }
}

/** What goes to a host says nothing of this computer. */
function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? process.env.USERNAME ?? 'unknown'
  }
}
