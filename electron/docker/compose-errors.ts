import { SlipwayError } from '../../shared/errors.ts'
import type { ComposeProject } from './compose.ts'

/** Longest part of Compose's own words that an error carries. */
const MAX_WORDS = 4000
const UNCHANGED = 'Nothing was changed.'

/** Compose's last words: its log lines and progress are not about the failure. */
export function composeWords(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trimEnd())
  const telling = lines.filter((line) => line !== '' && !/level=(warning|info|debug)/.test(line))
  const words = telling.join('\n')
  // A value that cannot be interpolated is quoted in full, and may be a secret.
  return (/invalid interpolation format/.test(words) ? withoutQuotes(words) : words).slice(-MAX_WORDS)
}

/**
 * A failed `docker compose config` in terms of the file and line to correct. Compose's words are all there is
 * to go by; what fits no pattern is a broken Compose file with its words.
 */
export function toConfigError(hostLabel: string, project: ComposeProject, stderr: string): SlipwayError {
  const words = composeWords(stderr)
  return (
    environmentError(hostLabel, project, words) ??
    missingFileError(hostLabel, project, words) ??
    fileError(hostLabel, project, words)
  )
}

function environmentError(hostLabel: string, project: ComposeProject, words: string): SlipwayError | null {
  const required = /required variable (\S+) is missing a value(?:: (.*))?/.exec(words)
  if (required !== null) {
    const [, variable = '', said = ''] = required
    return envError(`The stack ${project.project} on ${hostLabel} needs the variable ${variable}, which is not set.`, {
      hint: `Set ${variable} in ${envFileOf(project)}.${said === '' ? '' : ` The file says: ${said}`}`,
      details: { variable, file: envFileOf(project), output: words },
    })
  }
  const file = project.envFiles.find((path) => words.includes(path)) ?? envFileOf(project)
  const missing = /(?:couldn't find env file|env file (\S+) not found)(?:: (\S+))?/i.exec(words)
  if (missing !== null) {
    const path = missing[1] ?? missing[2] ?? file
    return envError(
      `The stack ${project.project} on ${hostLabel} names the environment file ${path}, which is not there.`,
      {
        hint: `Create ${path}, or take it out of the stack.`,
        details: { file: path, output: words },
      },
    )
  }
  const broken =
    /failed to read (\S+?):(?: line (\d+):)? (.*)/.exec(words) ??
    /(unexpected character .* in variable name|unterminated quoted value).*/.exec(words)
  if (broken === null) return null
  const path = broken[0].startsWith('failed to read') ? (broken[1] ?? file) : file
  const line = /line (\d+)/.exec(words)?.[1]
  return envError(
    `${path} on ${hostLabel} cannot be read as an environment file${line === undefined ? '' : ` (line ${line})`}.`,
    {
      hint: 'Each line must be KEY=value; quote values that hold spaces or “#”.',
      // The words quote the line itself, which may hold a secret.
      details: { file: path, ...(line === undefined ? {} : { line }), output: withoutQuotes(words) },
    },
  )
}

/** Ends Compose's words where it begins to quote from a file that may hold secrets. */
function withoutQuotes(words: string): string {
  const known = /^.*?(?:in variable name|unterminated quoted value|escape any \$ with another \$)/s.exec(words)
  return `${known?.[0] ?? words.split('"')[0]} …`
}

function envError(message: string, options: { hint: string; details: Record<string, string> }): SlipwayError {
  return new SlipwayError('stack.env-invalid', message, { state: UNCHANGED, ...options })
}

/** Compose reads `.env` of the project directory when no other file is named. */
function envFileOf(project: ComposeProject): string {
  return project.envFiles[0] ?? `${project.directory}/.env`
}

function missingFileError(hostLabel: string, project: ComposeProject, words: string): SlipwayError | null {
  const missing = /open (\S+): no such file or directory/.exec(words) ?? /stat (\S+): no such file/.exec(words)
  const file = missing?.[1]
  if (file === undefined || !project.files.includes(file)) return null
  return new SlipwayError(
    'stack.compose-invalid',
    `The Compose file ${file} of ${project.project} is not on ${hostLabel}.`,
    {
      hint: 'Bring the file back, or start the stack from where its files are now.',
      state: UNCHANGED,
      details: { file, output: words },
    },
  )
}

function fileError(hostLabel: string, project: ComposeProject, words: string): SlipwayError {
  const file =
    project.files.find((path) => words.includes(path)) ?? (project.files.length === 1 ? project.files[0] : undefined)
  const line = /line (\d+)/.exec(words)?.[1]
  const place = file === undefined ? 'A Compose file' : file
  return new SlipwayError(
    'stack.compose-invalid',
    `${place} of ${project.project} on ${hostLabel} is not valid${line === undefined ? '' : ` (line ${line})`}.`,
    {
      hint: 'Correct the file; Compose’s own words tell what it does not understand.',
      state: UNCHANGED,
      details: {
        ...(file === undefined ? {} : { file }),
        ...(line === undefined ? {} : { line }),
        output: words,
      },
    },
  )
}

interface UpCause {
  readonly code: SlipwayError['code']
  readonly pattern: RegExp
  readonly why: (match: RegExpExecArray) => string
  readonly hint: string
}

const UP_CAUSES: readonly UpCause[] = [
  {
    code: 'docker.name-conflict',
    pattern: /container name "?\/?([^"\s]+)"? is already in use/i,
    why: ([, name]) => `another container is named ${name} already`,
    hint: 'A half-done recreate leaves such a container. Look at it with `docker ps -a`, and remove or rename it.',
  },
  {
    code: 'docker.request-failed',
    pattern: /(?:bind for |listen \w+ )?(\S*:\d+)[^\n]*?(?:port is already allocated|address already in use)/i,
    why: ([, port]) => `the port ${port} is taken already`,
    hint: 'Look what listens there: `docker ps` and `ss -ltnp`.',
  },
  {
    code: 'host.disk-full',
    pattern: /no space left on device/i,
    why: () => 'the host’s disk is full',
    hint: 'Free space on the host: `docker system df` says what takes it.',
  },
  {
    code: 'docker.not-found',
    pattern: /no such image: (\S+)|image (\S+) not found/i,
    why: ([, first, second]) => `the image ${first ?? second} is not on the host`,
    hint: 'Pull it first.',
  },
]

/** A failed command that changes containers (`up`, `stop`, `start`), with Compose's own words. */
export function toChangeError(
  hostLabel: string,
  project: ComposeProject,
  task: string,
  result: { readonly stdout: string; readonly stderr: string; readonly code: number | null },
): SlipwayError {
  const words = composeWords(result.stderr) || composeWords(result.stdout)
  const state = 'Some containers of the stack may have been changed already.'
  for (const { code, pattern, why, hint } of UP_CAUSES) {
    const match = pattern.exec(words)
    if (match === null) continue
    return new SlipwayError(code, `Compose on ${hostLabel} could not ${task} of ${project.project}: ${why(match)}.`, {
      hint,
      state,
      details: { output: words },
    })
  }
  if (isModelFailure(words)) return toConfigError(hostLabel, project, result.stderr)
  return new SlipwayError(
    'docker.request-failed',
    `Compose on ${hostLabel} could not ${task} of ${project.project}: ${lastLine(words) || `it ended with ${result.code ?? 'a signal'}`}`,
    { hint: 'Compose’s own words tell more.', state, details: { output: words } },
  )
}

/** Compose could not even read the stack, so no container was touched. */
function isModelFailure(words: string): boolean {
  return /^(yaml: |parsing |validating |failed to read |failed to parse |invalid (compose|interpolation)|error while interpolating|open \S+: no such file|service "[^"]*" (depends on undefined|refers to undefined|has neither))/m.test(
    words,
  )
}

function lastLine(words: string): string {
  return words.split('\n').at(-1)?.trim() ?? ''
}
