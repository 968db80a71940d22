import { randomBytes } from 'node:crypto'
import { buildCommandLine, wrapForLoginShell } from './quote.ts'
import { shownCommand } from './run-command.ts'

/** How often a command's guardian looks whether its connection still lives; so long may it outlive the command. */
const WATCH_SECONDS = 2
/** How Slipway goes by sudo: never asking for a password. */
export const SUDO = ['sudo', '-n', '--'] as const
/** What login shells print before the command: more than this is no greeting. */
const MAX_PREAMBLE_BYTES = 64 * 1024

export interface RemoteCommandSetting {
  readonly cwd?: string | undefined
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly sudo?: boolean
}

/** A command as sshd gets it: a line for any login shell, and how its own output begins. */
export interface RemoteCommand {
  readonly line: string
  /** For messages. */
  readonly shown: string
  /** Printed on stdout and, with the process group's number behind it, on stderr, before the command starts. */
  readonly marker: string
  /** Runs as root by sudo, so that only root can end it. */
  readonly asRoot: boolean
}

/**
 * Wraps a command so that it ends with its connection (sshd leaves it running), so that its process group is known,
 * and so that whatever the user's shell files print can be told from its own output.
 */
export function buildRemoteCommand(argv: readonly string[], setting: RemoteCommandSetting = {}): RemoteCommand {
  const marker = `slipway-${randomBytes(9).toString('hex')}`
  const asRoot = setting.sudo === true
  const announce = `echo ${marker};echo ${marker} $$ >&2;`
  const command = asRoot ? rootCommand(argv, setting) : buildCommandLine(argv, { ...setting, exec: true })
  const line = wrapForLoginShell(announce + guardian(asRoot) + command)
  return { line, shown: shownCommand(argv), marker, asRoot }
}

/** Root enters the directory, for the user may not be allowed to. */
function rootCommand(argv: readonly string[], { cwd, env }: RemoteCommandSetting): string {
  const enter = cwd === undefined ? [] : ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', cwd]
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`)
  const words = variables.length > 0 ? ['env', ...variables, ...argv] : argv
  return buildCommandLine([...enter, ...words], { prefix: SUDO, exec: true })
}

/**
 * A detached shell beside the command. When the session's sshd is gone it ends the command's process group; when the
 * command is gone it ends itself. A command that begins when its sshd is gone already must not run: pid 1 is the
 * parent then, or one that is not there any more. Needs /proc, as every Docker host has it; where a user sees none
 * but their own processes, a parent that is not seen may be there, and a parent outside of the container is 0.
 */
function guardian(asRoot: boolean): string {
  const kill = asRoot ? 'sudo -n kill' : 'kill'
  const watch = `while [ -d /proc/$g ]&&[ -d /proc/$p ];do sleep ${WATCH_SECONDS};done`
  const end = `[ -d /proc/$g ]&&{ ${kill} -TERM -$g;sleep ${WATCH_SECONDS};${kill} -KILL -$g;}`
  const detached = `(trap "" TERM HUP INT;exec sh -c "${watch};${end}" </dev/null >/dev/null 2>&1 &)`
  const refuse = 'echo "The connection was gone before the command began." >&2;exit 255'
  const isThere = '[ -d /proc/$p ]&&[ $p -gt 1 ]'
  const isGone = '[ $p = 1 ]||[ -d /proc/1 ]&&[ $p -gt 0 ]'
  return `g=$$;p=$PPID;if ${isThere};then ${detached};elif ${isGone};then ${refuse};fi;`
}

/** Ends the process group `$1`: politely, and after two seconds for good. Without `--`, which not every kill takes. */
const KILL_SCRIPT = 'kill -TERM -$1;for i in 1 2 3 4 5 6 7 8 9 10;do kill -0 $1||break;sleep 0.2;done;kill -KILL -$1'

/** The line that ends a process group, for sshd. */
export function buildKillLine(group: number, asRoot: boolean): string {
  const argv = [...(asRoot ? SUDO : []), 'sh', '-c', KILL_SCRIPT, 'sh', String(group)]
  return wrapForLoginShell(`exec 2>/dev/null;${buildCommandLine(argv, { exec: true })}`)
}

/** Cuts off what a login shell prints before the marker, from a stream that comes in pieces. */
export class Preamble {
  readonly #marker: Buffer
  #held: Buffer | null = Buffer.alloc(0)
  /** What stood behind the marker on its line. */
  rest = ''

  constructor(marker: string) {
    this.#marker = Buffer.from(marker)
  }

  /** What belongs to the command in this piece; empty until the marker has come. */
  take(chunk: Buffer): Buffer {
    if (this.#held === null) return chunk
    const all = Buffer.concat([this.#held, chunk])
    const at = all.indexOf(this.#marker)
    const end = at < 0 ? -1 : all.indexOf(0x0a, at)
    if (end < 0) {
      this.#held = all.subarray(Math.max(0, all.length - MAX_PREAMBLE_BYTES))
      return Buffer.alloc(0)
    }
    this.rest = all.toString('utf8', at + this.#marker.length, end).trim()
    this.#held = null
    return all.subarray(end + 1)
  }

  /** At the end: all that was held back, where the marker never came. It is then the reason why not. */
  flush(): Buffer {
    const held = this.#held ?? Buffer.alloc(0)
    this.#held = null
    return held
  }
}
