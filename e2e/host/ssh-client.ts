import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hostFolder } from './host-folder.ts'
import { type CommandResult, run } from './run.ts'
import type { SampleHost } from './sample-host.ts'

/** How the system's SSH client logs in; a non-zero exit throws unless `allowFailure` is set. */
export type SshOptions = {
  readonly allowFailure?: boolean
  /** Logs in by this method with the host's password instead of the key. */
  readonly by?: 'password' | 'keyboard-interactive'
  /** Goes through this host, which is on the same sample network. */
  readonly through?: SampleHost
  /** More options in ssh's own words, such as `-L`; they win over ours. */
  readonly flags?: readonly string[]
}

/** Runs a command on a sample host by the system's SSH client, with none of this user's settings. */
export function ssh(host: SampleHost, command: string, options: SshOptions = {}): Promise<CommandResult> {
  const flags = [...(options.flags ?? []), ...sshFlags(host, options)]
  const env = options.by ? { ...process.env, ...askPassword(host) } : process.env
  const { allowFailure } = options
  return run('ssh', [...flags, `${host.user}@${host.sshHost}`, command], { env, allowFailure, timeoutMs: 60_000 })
}

function sshFlags(host: SampleHost, { by, through }: SshOptions): string[] {
  const settings = [
    ...['IdentitiesOnly=yes', 'ConnectTimeout=5', 'LogLevel=ERROR', `UserKnownHostsFile=${host.knownHostsPath}`],
    ...(by ? [`PreferredAuthentications=${by}`, 'NumberOfPasswordPrompts=1'] : ['BatchMode=yes']),
    ...(through ? [`ProxyCommand=${proxyCommand(through, host)}`] : []),
  ]
  const key = by ? [] : ['-i', host.privateKeyPath]
  return ['-F', 'none', '-p', String(host.sshPort), ...key, ...settings.flatMap((setting) => ['-o', setting])]
}

/** Our names and paths hold nothing that a shell would read otherwise but, perhaps, spaces in the cache folder's. */
function proxyCommand(through: SampleHost, target: SampleHost): string {
  const flags = sshFlags(through, {}).map((flag) => `'${flag}'`)
  return ['ssh', ...flags, '-W', `${target.sshHost}:${target.sshPort}`, `${through.user}@${through.sshHost}`].join(' ')
}

function askPassword(host: SampleHost): NodeJS.ProcessEnv {
  const program = join(hostFolder(host.containerName), 'askpass')
  writeFileSync(program, `#!/bin/sh\necho '${host.password}'\n`, { mode: 0o700 })
  chmodSync(program, 0o700)
  return { SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' }
}
