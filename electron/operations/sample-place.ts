import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Host, HostFiles } from '../hosts/host.ts'
import { LocalHost } from '../hosts/local-host.ts'
import type { Place } from './operation-files.ts'

/** For tests: this computer as a host, and a `.slipway` directory on it. Dispose it. */
export interface SamplePlace extends Place, AsyncDisposable {}

export function makeSamplePlace(): SamplePlace {
  const slipwayDirectory = mkdtempSync(join(tmpdir(), 'operations-'))
  const host = new LocalHost({ id: 'here', label: 'this computer' })
  return {
    host,
    slipwayDirectory,
    project: 'shop',
    async [Symbol.asyncDispose]() {
      await host.dispose()
      rmSync(slipwayDirectory, { recursive: true, force: true })
    },
  }
}

/** For tests: the host, on which some things go otherwise. */
export function alterHost(host: Host, changes: Partial<Host>, fileChanges: Partial<HostFiles> = {}): Host {
  return alter(host, { files: alter(host.files, fileChanges), ...changes })
}

function alter<T extends object>(original: T, changes: Partial<T>): T {
  return new Proxy(original, {
    get(target, key) {
      if (key in changes) return Reflect.get(changes, key)
      const value = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
