import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import ssh2, { type ParsedKey } from 'ssh2'

/** A key file as far as it can be used without a person. */
export type KeyFile =
  | { readonly kind: 'ready'; readonly key: ParsedKey }
  /** Opens with a passphrase only. */
  | { readonly kind: 'encrypted'; unlock(passphrase: string): ParsedKey | null }
  | { readonly kind: 'unusable'; readonly problem: string }

/** Replaces a leading `~`. */
export function expandHome(path: string): string {
  return /^~(?=[/\\]|$)/.test(path) ? homedir() + path.slice(1) : path
}

/** Reads a private key of this computer, in OpenSSH's or PEM form. Never throws: what is wrong is told in a sentence. */
export async function readKeyFile(path: string): Promise<KeyFile> {
  try {
    return judgeKeyFile(path, await readFile(path), isOpenToOthers(await stat(path)))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(error)})`
    return { kind: 'unusable', problem: `The key file ${path} ${reason}.` }
  }
}

function judgeKeyFile(path: string, content: Buffer, openToOthers: boolean): KeyFile {
  const parsed = firstKey(ssh2.utils.parseKey(content))
  const isEncrypted = parsed instanceof Error && isLocked(parsed)
  if (parsed instanceof Error && !isEncrypted) {
    return { kind: 'unusable', problem: `The key file ${path} cannot be used: ${parsed.message}.` }
  }
  if (!(parsed instanceof Error) && !parsed.isPrivateKey()) {
    return { kind: 'unusable', problem: `${path} is a public key. Name the private one, without .pub.` }
  }
  if (openToOthers) {
    const problem = `The key file ${path} can be read by others, so it is not used, as ssh would not. Run: chmod 600 ${path}`
    return { kind: 'unusable', problem }
  }
  if (!(parsed instanceof Error)) return { kind: 'ready', key: parsed }
  return {
    kind: 'encrypted',
    unlock(passphrase) {
      const key = firstKey(ssh2.utils.parseKey(content, passphrase))
      return key instanceof Error ? null : key
    },
  }
}

/** ssh's own rule: it looks at the mode of one's own files only, and not on Windows. */
function isOpenToOthers({ mode, uid }: Stats): boolean {
  return process.platform !== 'win32' && uid === process.getuid?.() && (mode & 0o077) !== 0
}

/** The library tells a missing passphrase by its words alone. */
function isLocked(error: Error): boolean {
  return /passphrase|encrypted/i.test(error.message)
}

function firstKey(parsed: ParsedKey | ParsedKey[] | Error): ParsedKey | Error {
  if (!Array.isArray(parsed)) return parsed
  return parsed[0] ?? new Error('it holds no key')
}
