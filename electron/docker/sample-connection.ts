import { randomUUID } from 'node:crypto'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { HostKeyStore } from '../hosts/host-key-store.ts'
import { SecretKeeper } from '../hosts/secret-keeper.ts'
import { SshHost } from '../hosts/ssh-host.ts'
import { noVault } from '../hosts/vault.ts'

/**
 * For tests: a host object for a sample host, signed in to as its user with its key. Each has an id of its own, as each
 * app has for its hosts. Dispose it before the sample host.
 */
export function connectSampleHost(sample: SampleHost, { usesSudo = false } = {}): SshHost {
  return new SshHost({
    id: randomUUID(),
    label: sample.name,
    usesSudo,
    secrets: new SecretKeeper(sample.name, noVault('Tests keep nothing.')),
    keys: new HostKeyStore([sample.knownHostsPath], '/dev/null'),
    target: async () => ({
      kind: 'ssh',
      hostname: sample.sshHost,
      port: sample.sshPort,
      user: sample.user,
      auth: { agent: 'none', keyFiles: [sample.privateKeyPath], password: false },
      jumps: [],
      compression: false,
    }),
  })
}
