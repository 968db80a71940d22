import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { HostKeyStore } from '../electron/hosts/host-key-store.ts'
import { SecretKeeper } from '../electron/hosts/secret-keeper.ts'
import { SshHost } from '../electron/hosts/ssh-host.ts'
import { noVault } from '../electron/hosts/vault.ts'

/** Where a sample host's sshd is without the proxy in front of its published port, which would be measured too. */
export interface DirectAddress {
  readonly hostname: string
  readonly port: number
  /** A known_hosts file for this address. */
  readonly knownHostsPath: string
}

export async function directAddressOf(sample: SampleHost): Promise<DirectAddress> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
  const { stdout } = await sample.engine.docker(['inspect', '--format', format, sample.containerName])
  const hostname = stdout.trim()
  const knownHostsPath = join(mkdtempSync(join(tmpdir(), 'slipway-bench-')), 'known_hosts')
  const known = readFileSync(sample.knownHostsPath, 'utf8')
  writeFileSync(knownHostsPath, known.replaceAll(`[${sample.sshHost}]:${sample.sshPort}`, hostname))
  return { hostname, port: 22, knownHostsPath }
}

/** Slipway's own connection to a sample host, as the app makes it. Dispose it. */
export function connectTo(sample: SampleHost, address: DirectAddress): SshHost {
  return new SshHost({
    id: sample.name,
    label: sample.name,
    target: async () => ({
      kind: 'ssh',
      hostname: address.hostname,
      port: address.port,
      user: sample.user,
      auth: { agent: 'none', keyFiles: [sample.privateKeyPath], password: false },
      jumps: [],
      compression: false,
    }),
    secrets: new SecretKeeper(sample.name, noVault('a benchmark keeps nothing')),
    keys: new HostKeyStore([address.knownHostsPath], join(tmpdir(), 'slipway-bench-known-hosts')),
    usesSudo: false,
  })
}

/**
 * The inner engine's socket as this machine sees it: the same engine without SSH, which is what the ratios compare
 * with. Needs root and an outer engine on this machine.
 */
export async function localSocketOf(sample: SampleHost): Promise<string> {
  const { stdout } = await sample.engine.docker(['inspect', '--format', '{{.State.Pid}}', sample.containerName])
  return `/proc/${stdout.trim()}/root/run/docker.sock`
}

/** SSH connections that the host's sshd has let in since it started. */
export async function countSignIns(sample: SampleHost): Promise<number> {
  const { stdout } = await sample.exec("grep -cE 'Accepted [a-z/-]+ for ' /var/log/sshd.log || true")
  return Number(stdout.trim())
}

/** `ssh` as programs run it themselves, with the sample host's key and known key. */
function sshArgv(sample: SampleHost, { knownHostsPath }: DirectAddress): string[] {
  const options = ['IdentitiesOnly=yes', `UserKnownHostsFile=${knownHostsPath}`].flatMap((option) => ['-o', option])
  return ['/usr/bin/ssh', '-F', 'none', '-i', sample.privateKeyPath, ...options]
}

/** A folder with an `ssh` in it that knows the sample host's key and login, for programs that run `ssh` themselves. */
export function makeSshWrapper(
  sample: SampleHost,
  address: DirectAddress,
): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-ssh-'))
  const command = sshArgv(sample, address).map((word) => `'${word}'`)
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`, { mode: 0o755 })
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * The engine's socket as OpenSSH's own client forwards it: what a transport over SSH costs that does nothing else.
 * Stop it.
 */
export async function startForward(
  sample: SampleHost,
  address: DirectAddress,
): Promise<{ readonly socketPath: string; readonly stop: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-forward-'))
  const socketPath = join(folder, 'docker.sock')
  const [ssh = '', ...argv] = sshArgv(sample, address)
  const forward = ['-N', '-o', 'ExitOnForwardFailure=yes', '-L', `${socketPath}:/run/docker.sock`]
  const child = spawn(ssh, [...argv, ...forward, `${sample.user}@${address.hostname}`, '-p', String(address.port)], {
    stdio: 'inherit',
  })
  for (let tries = 0; !existsSync(socketPath); tries++) {
    if (child.exitCode !== null || tries > 100) throw new Error('ssh does not forward the engine')
    await setTimeout(100)
  }
  return {
    socketPath,
    stop() {
      child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
