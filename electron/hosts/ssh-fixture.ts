import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { type HostAnswer, type HostQuestion, type HostStatus, sshTargetSchema } from '../../shared/contract/hosts.ts'
import { HostKeyStore } from './host-key-store.ts'
import { SecretKeeper } from './secret-keeper.ts'
import { SshHost, type SshHostOptions } from './ssh-host.ts'
import { noVault, type Vault } from './vault.ts'

export interface SshFixtureOptions {
  /** More of the target, or other: `auth`, `jumps`, `port`. */
  readonly target?: object
  /** Answers in the order of the questions; more questions than answers are dismissed. */
  readonly answers?: readonly ((question: HostQuestion) => HostAnswer)[]
  /** Text of the known_hosts file; that of the sample host unless given. */
  readonly knownHosts?: string
  readonly vault?: Vault
  readonly usesSudo?: boolean
  readonly keepaliveIntervalMs?: number
}

/** An `SshHost` for tests, with what it asked and what became of its state. */
export interface SshFixture {
  readonly host: SshHost
  readonly questions: HostQuestion[]
  readonly states: HostStatus['kind'][]
  /** Slipway's own known_hosts as it is now. */
  ownKnownHosts(): string
  dispose(): Promise<void>
}

/** Signs in with the sample host's key and known host key, unless told otherwise. */
export function openSshHost(sample: SampleHost, options: SshFixtureOptions = {}): SshFixture {
  const folder = mkdtempSync(join(tmpdir(), 'ssh-fixture-'))
  const ownFile = join(folder, 'known_hosts')
  const usersFile = join(folder, 'users_known_hosts')
  const target = sshTargetSchema.parse({
    kind: 'ssh',
    hostname: sample.sshHost,
    port: sample.sshPort,
    user: sample.user,
    auth: { agent: 'none', keyFiles: [sample.privateKeyPath], password: false },
    ...options.target,
  })
  const settings: SshHostOptions = {
    id: 'sample',
    label: 'Sample',
    target: async () => target,
    secrets: new SecretKeeper('sample', options.vault ?? noVault('no keychain in tests')),
    keys: new HostKeyStore([usersFile], ownFile),
    usesSudo: options.usesSudo ?? false,
    ...(options.keepaliveIntervalMs === undefined ? {} : { keepaliveIntervalMs: options.keepaliveIntervalMs }),
  }
  const host = new SshHost(settings)
  const questions: HostQuestion[] = []
  const states: HostStatus['kind'][] = []
  const answers = [...(options.answers ?? [])]
  host.subscribe((status) => {
    states.push(status.kind)
    if (status.kind !== 'question') return
    questions.push(status.question)
    const answer = answers.shift()?.(status.question) ?? { kind: 'dismiss' }
    queueMicrotask(() => host.answer(status.question.id, answer))
  })
  writeFileSync(usersFile, options.knownHosts ?? readFileSync(sample.knownHostsPath, 'utf8'))
  return {
    host,
    questions,
    states,
    ownKnownHosts: () => (existsSync(ownFile) ? readFileSync(ownFile, 'utf8') : ''),
    async dispose() {
      await host.dispose()
      rmSync(folder, { recursive: true })
    },
  }
}
