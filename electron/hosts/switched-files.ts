import type { HostFiles } from './host.ts'

/** Thrown where a host has no SFTP at all. */
export class NoSftpError extends Error {
  override readonly name = 'NoSftpError'
}

/** Files whose every call goes to what `choose` names at that moment, or to `fallback` where there is no SFTP. */
export function switchFiles(choose: () => HostFiles, fallback: HostFiles): HostFiles {
  async function go<T>(work: (files: HostFiles) => Promise<T>): Promise<T> {
    try {
      return await work(choose())
    } catch (error) {
      if (error instanceof NoSftpError) return work(fallback)
      throw error
    }
  }
  return {
    read: (...args) => go((files) => files.read(...args)),
    stat: (...args) => go((files) => files.stat(...args)),
    list: (...args) => go((files) => files.list(...args)),
    writeAtomic: (...args) => go((files) => files.writeAtomic(...args)),
    append: (...args) => go((files) => files.append(...args)),
    makeDirectory: (...args) => go((files) => files.makeDirectory(...args)),
    makeDirectories: (...args) => go((files) => files.makeDirectories(...args)),
    remove: (...args) => go((files) => files.remove(...args)),
    removeTree: (...args) => go((files) => files.removeTree(...args)),
    rename: (...args) => go((files) => files.rename(...args)),
    copy: (...args) => go((files) => files.copy(...args)),
  }
}
