import { rmSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cacheFolder } from './paths.ts'
import { isPresent } from './prerequisites.ts'
import { run } from './run.ts'

const iptablesPrograms = [
  'iptables',
  'ip6tables',
  'iptables-save',
  'ip6tables-save',
  'iptables-restore',
  'ip6tables-restore',
]

/**
 * Kernels differ in which packet filter they have: whichever kind works is put first on the returned PATH.
 * `iptables` is false where neither does.
 */
export async function iptablesThatWork(): Promise<{ env: NodeJS.ProcessEnv; iptables: boolean }> {
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter)
  for (const kind of ['nft', 'legacy']) {
    const env = { ...process.env, PATH: path }
    const probe = await run(`iptables-${kind}`, ['-t', 'nat', '-S'], { env, allowFailure: true }).catch(() => undefined)
    if (probe?.code === 0) return { env: { ...env, PATH: iptablesFolder(kind) + delimiter + path }, iptables: true }
  }
  return { env: { ...process.env, PATH: path }, iptables: false }
}

function iptablesFolder(kind: string): string {
  const folder = cacheFolder('engine', `iptables-${kind}`)
  for (const program of iptablesPrograms) {
    const target = `/usr/sbin/${program.replace('tables', `tables-${kind}`)}`
    const link = join(folder, program)
    rmSync(link, { force: true })
    if (isPresent(target)) symlinkSync(target, link)
  }
  return folder
}
