import { join } from 'node:path'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { connectSampleHost } from '../docker/sample-connection.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import { openSession } from './open-session.ts'
import { RunbookReader } from './runbook-reader.ts'
import { SessionService } from './sessions.ts'
import type { HostSession } from './stack.ts'
import { StackService } from './stack-service.ts'

const ASSETS = join(import.meta.dirname, '../../assets')

export interface StackFixture {
  readonly host: SshHost
  readonly session: HostSession
  readonly sessions: SessionService
  readonly stacks: StackService
  /** Without any runbook: every stack is operated by a derived one. */
  readonly withoutRunbooks: StackService
  dispose(): Promise<void>
}

/** For tests: the services over one sample host, as the app wires them. Connect it by using it. */
export function openStackFixture(sample: SampleHost, host = connectSampleHost(sample)): StackFixture {
  const views = async () => [
    {
      id: host.id,
      label: host.label,
      target: { kind: 'local' as const },
      status: host.status,
      usesSudo: false,
      facts: null,
      savedSecrets: [],
    },
  ]
  const source = {
    hosts: [host],
    get: () => host,
    views,
    subscribe: (listener: () => void) => host.subscribe(listener),
  }
  const sessions = new SessionService(source, openSession)
  const directories = new Set<string>()
  const store = {
    list: () => [...directories],
    add: (_hostId: string, directory: string) => void directories.add(directory),
    remove: (_hostId: string, directory: string) => void directories.delete(directory),
  }
  const readers = (builtIn: string) => new RunbookReader({ builtIn, user: join(ASSETS, 'none') })
  return {
    host,
    session: sessions.get(host.id),
    sessions,
    stacks: new StackService(sessions, readers(join(ASSETS, 'runbooks')), store),
    withoutRunbooks: new StackService(sessions, readers(join(ASSETS, 'none')), store),
    dispose: () => host.dispose(),
  }
}
