import { posix } from 'node:path'
import type { Host } from '../hosts/host.ts'
import type { CallOptions, Engine } from './engine.ts'
import type { SystemAnswer } from './engine-answers.ts'

type DiskSpace = Awaited<ReturnType<Engine['diskSpace']>>

/** Where containerd keeps images when the engine leaves them to it (`driver-type` in `docker info`). */
const CONTAINERD_ROOT = '/var/lib/containerd'

/** Space where the engine keeps images: asked of `df` for that folder, or the nearest one above that it may look at. */
export async function readDiskSpace(host: Host, system: SystemAnswer, options: CallOptions = {}): Promise<DiskSpace> {
  const root = storesInContainerd(system) ? CONTAINERD_ROOT : system.DockerRootDir
  for (let path = root; ; path = posix.dirname(path)) {
    const result = await host.exec(['df', '-P', '-k', '--', path], {
      okCodes: 'any',
      sudo: host.usesSudo,
      env: { LC_ALL: 'C' },
      ...options,
    })
    const space = result.code === 0 ? parseDf(result.stdout) : null
    if (space !== null) return { path: root, ...space }
    if (path === '/' || path === '.') return null
  }
}

function storesInContainerd(system: SystemAnswer): boolean {
  return (system.DriverStatus ?? []).some(([, value]) => value?.startsWith('io.containerd.snapshotter') ?? false)
}

/** POSIX format: `Filesystem 1024-blocks Used Available Capacity Mounted on`. Null where it is not that. */
export function parseDf(output: string): { readonly freeBytes: number; readonly totalBytes: number } | null {
  const match = /\s(\d+)\s+(\d+)\s+(-?\d+)\s+(?:\d+%|-)\s/.exec(output.split('\n').slice(1).join('\n'))
  if (match === null) return null
  return { totalBytes: Number(match[1]) * 1024, freeBytes: Math.max(0, Number(match[3])) * 1024 }
}
