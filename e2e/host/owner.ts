import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** The process that a sample host belongs to: when it is gone, so may the sample host. */
export type Owner = { readonly machine: string; readonly pid: number; readonly startedAt: string }

/** Marks sample hosts which outlive the process that starts them (`cli.ts start`). */
export const keptOwner = 'kept'

/** The current process as an owner. */
export function currentOwner(): Owner {
  return { machine: hostname(), pid: process.pid, startedAt: processStart(process.pid) ?? '' }
}

/** Whether that process has ended. A process of another machine is never said to have ended: we cannot know. */
export function hasEnded(owner: Owner): boolean {
  if (owner.machine !== hostname()) return false
  const startedAt = processStart(owner.pid)
  return startedAt === undefined || (owner.startedAt !== '' && startedAt !== owner.startedAt)
}

/** The owner as a label's value. */
export function formatOwner(owner: Owner): string {
  return [owner.machine, owner.pid, owner.startedAt].join(' ')
}

/** Reads what `formatOwner` wrote; undefined for anything else. */
export function parseOwner(label: string): Owner | undefined {
  const [machine, pid, startedAt = ''] = label.split(' ')
  return machine && Number(pid) > 0 ? { machine, pid: Number(pid), startedAt } : undefined
}

/** When the process began, in clock ticks since the boot and with the boot's id; empty where /proc does not tell. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
    return `${boot}-${fields[19]}`
  } catch {
    return isAlive(pid) ? '' : undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
