import { type ErrorCode, isSlipwayError, SlipwayError } from '../../shared/errors.ts'

/** What an operation on a file was, for messages: `read`, `write`, `list`. */
export type FileVerb = 'read' | 'look at' | 'list' | 'write' | 'create' | 'remove' | 'rename' | 'copy'

const TEXTS: Readonly<Partial<Record<ErrorCode, readonly [text: string, hint: string]>>> = {
  'host.file-missing': ['it does not exist', 'Check the path.'],
  'host.permission-denied': [
    'this user is not allowed to',
    'Give the user the right to this path on the host, or let Slipway go by sudo.',
  ],
  'host.disk-full': ['the disk is full', 'Free space on the host and try again.'],
}

export function fileError(code: ErrorCode, label: string, verb: FileVerb, path: string, cause?: unknown): SlipwayError {
  const [text, hint] = TEXTS[code] ?? [cause instanceof Error ? cause.message : 'the host refused', undefined]
  return new SlipwayError(code, `Slipway could not ${verb} ${path} on ${label}: ${text}.`, {
    state: verb === 'write' ? 'The file is as it was before.' : undefined,
    hint,
    cause,
  })
}

const ERRNO: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'host.file-missing',
  ENOTDIR: 'host.file-missing',
  EACCES: 'host.permission-denied',
  EPERM: 'host.permission-denied',
  EROFS: 'host.permission-denied',
  ENOSPC: 'host.disk-full',
  EDQUOT: 'host.disk-full',
}

/** Node's file errors as ours, by `code`. */
export function translateErrno(error: unknown, label: string, verb: FileVerb, path: string): SlipwayError {
  if (isSlipwayError(error)) return error
  const code = ERRNO[String((error as NodeJS.ErrnoException).code)] ?? 'host.command-failed'
  return fileError(code, label, verb, path, error)
}

/** The words of coreutils and busybox, in the C locale that every command of ours runs in. */
export function translateCommandText(error: unknown, label: string, verb: FileVerb, path: string): SlipwayError {
  if (!isSlipwayError(error)) return fileError('host.command-failed', label, verb, path, error)
  if (error.code !== 'host.command-failed') return error
  const output = error.details?.output ?? ''
  if (/No such file or directory|Not a directory|Directory nonexistent/.test(output))
    return fileError('host.file-missing', label, verb, path, error)
  if (/Permission denied|Operation not permitted|Read-only file system/.test(output)) {
    return fileError('host.permission-denied', label, verb, path, error)
  }
  if (/No space left on device|Disk quota exceeded/.test(output))
    return fileError('host.disk-full', label, verb, path, error)
  return error
}
