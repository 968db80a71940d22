import { fileURLToPath } from 'node:url'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import type { Owner } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { connectSampleHost } from '../docker/sample-connection.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import { openSession } from '../stacks/open-session.ts'
import { createRunbookReader } from '../stacks/runbook-reader.ts'
import { SessionService } from '../stacks/sessions.ts'
import { StackService } from '../stacks/stack-service.ts'
import { createOperationPorts } from './operation-ports.ts'
import { OperationService } from './operation-service.ts'
import { createOwner } from './owner.ts'
import type { OperationPorts } from './ports.ts'

/** For tests: an app with nothing but operations, connected to a sample host. */
export interface SampleApp extends AsyncDisposable {
  readonly host: SshHost
  readonly operations: OperationService
  readonly ports: OperationPorts
  readonly ref: StackRef
}

export function startSampleApp(
  sample: SampleHost,
  { owner = createOwner(), project = 'monlight' }: { owner?: Owner; project?: string } = {},
): SampleApp {
  const host = connectSampleHost(sample)
  const source = { hosts: [host], get: () => host, views: async () => [], subscribe: () => () => undefined }
  const builtIn = fileURLToPath(new URL('../../assets/runbooks', import.meta.url))
  const runbooks = createRunbookReader({ builtIn, user: '/nonexistent' })
  const noDirectories = { list: () => [], add: () => undefined, remove: () => undefined }
  const ports = createOperationPorts(new StackService(new SessionService(source, openSession), runbooks, noDirectories))
  const operations = new OperationService(ports, owner)
  return {
    host,
    operations,
    ports,
    ref: { hostId: host.id, project },
    async [Symbol.asyncDispose]() {
      await operations.dispose()
      await host.dispose()
    },
  }
}
