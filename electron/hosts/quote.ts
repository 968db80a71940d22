import { SlipwayError } from '../../shared/errors.ts'

/** A leading `=` is an expansion in zsh, into which people paste. */
const SAFE_WORD = /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:=@%+,-]*$/
/** What single quotes keep as it is in every login shell: sh, bash, zsh, fish and csh. */
const SAFE_IN_ANY_SHELL = /^[^'\\!\n\r]*$/

/** Throws `input.invalid` for what no command line can carry: it would be cut off there, and run. */
export function refuseNul(words: readonly string[]): void {
  if (!words.some((word) => word.includes('\0'))) return
  throw new SlipwayError('input.invalid', 'A command must not hold a NUL character.', { state: 'Nothing was run.' })
}

/** One argument as a POSIX shell word. The only place where Slipway quotes. */
export function quoteWord(word: string): string {
  refuseNul([word])
  return SAFE_WORD.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** An argv array as a POSIX shell command. */
export function quoteArgv(argv: readonly string[]): string {
  const [program, ...rest] = argv.map(quoteWord)
  if (program === undefined) return ''
  // Unquoted, `a=b` in front would be an assignment.
  return [program.startsWith("'") || !program.includes('=') ? program : `'${program}'`, ...rest].join(' ')
}

export interface CommandSetting {
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  /** Put before the command, e.g. `sudo -n --`. */
  readonly prefix?: readonly string[] | undefined
  /** Replace the shell by the command, so that signals reach it. */
  readonly exec?: boolean
}

/** The POSIX command line for an argv array with its directory, variables and prefix. */
export function buildCommandLine(argv: readonly string[], setting: CommandSetting = {}): string {
  const variables = Object.entries(setting.env ?? {}).map(([name, value]) => `${name}=${value}`)
  const words = [...(setting.prefix ?? []), ...(variables.length > 0 ? ['env', ...variables] : []), ...argv]
  const command = `${setting.exec === true ? 'exec ' : ''}${quoteArgv(words)}`
  return setting.cwd === undefined ? command : `cd ${quoteWord(setting.cwd)} && ${command}`
}

/**
 * A POSIX command line as words that any login shell hands unchanged to `/bin/sh`. Text that fish or csh would
 * read otherwise travels as base64.
 */
export function wrapForLoginShell(commandLine: string): string {
  if (SAFE_IN_ANY_SHELL.test(commandLine)) return `exec /bin/sh -c '${commandLine}'`
  const encoded = Buffer.from(commandLine, 'utf8').toString('base64')
  return `exec /bin/sh -c 'eval "$(echo ${encoded} | base64 -d)"'`
}
