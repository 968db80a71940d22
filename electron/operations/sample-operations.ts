import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import type { Owner } from '../../shared/contract/operations.ts'
import { connectSampleHost } from '../docker/sample-connection.ts'
import type { SshHost } from '../hosts/ssh-host.ts'
import { openSession } from '../stacks/open-session.ts'
import { createRunbookReader } from '../stacks/runbook-reader.ts'
import { SessionService } from '../stacks/sessions.ts'
import { StackService } from '../stacks/stack-service.ts'
import { OperationService } from './operation-service.ts'
import { createOwner } from './owner.ts'
import type { GateOutcome, OperationPorts } from './ports.ts'

/** For tests: an app with nothing but operations, connected to a sample host. */
export interface SampleApp extends AsyncDisposable {
  readonly host: SshHost
  readonly stacks: StackService
  readonly operations: OperationService
  readonly ports: OperationPorts
  readonly ref: { readonly hostId: string; readonly project: string }
}

export function startSampleApp(
  sample: SampleHost,
  { owner = createOwner(), project = 'monlight' }: { owner?: Owner; project?: string } = {},
): SampleApp {
  const host = connectSampleHost(sample)
  const source = { hosts: [host], get: () => host, views: async () => [], subscribe: () => () => undefined }
  const builtIn = fileURLToPath(new URL('../../assets/runbooks', import.meta.url))
  const runbooks = createRunbookReader({ builtIn, user: '/nonexistent' })
  const stacks = new StackService(new SessionService(source, openSession), runbooks, {
    list: () => [],
    add: () => undefined,
    remove: () => undefined,
  })
  const ports: OperationPorts = {
    readStack: (ref, signal) => stacks.read(ref, { signal }),
    locate: (ref, signal) => stacks.locate(ref, { signal }),
    runGate: async (stack, service, { signal, imageId, onProgress }): Promise<GateOutcome> => {
      const { timeoutSeconds, settleSeconds } = stack.runbook.gate
      const deadline = Date.now() + timeoutSeconds * 1000
      let since = 0
      let restarts = -1
      let said = ''
      while (Date.now() < deadline) {
        const rows = await stack.session.engine.listContainers(
          {
            labels: [`com.docker.compose.project=${stack.ref.project}`, `com.docker.compose.service=${service}`],
            all: true,
          },
          { signal },
        )
        const c = rows[0] ? await stack.session.engine.inspectContainer(rows[0].id, { signal }) : null
        const ok = c?.state === 'running' && c.health === 'healthy' && c.imageId === imageId
        said = `${c?.state} ${c?.health} ${c?.restartCount}`
        if (!ok || c.restartCount !== restarts) since = Date.now()
        restarts = c?.restartCount ?? -1
        if (ok && Date.now() - since >= settleSeconds * 1000) {
          return { verdict: 'passed', reason: `${service} is healthy.`, evidence: [], error: null }
        }
        if (c !== null && (c.health === 'unhealthy' || c.restartCount > 2)) break
        onProgress(said)
        await sleep(300, undefined, { signal })
      }
      return { verdict: 'failed', reason: `${service} is ${said}.`, evidence: [], error: null }
    },
    runSmokeTest: async () => null,
  }
  const operations = new OperationService(ports, owner)
  return {
    host,
    stacks,
    operations,
    ports,
    ref: { hostId: host.id, project },
    async [Symbol.asyncDispose]() {
      await operations.dispose()
      await host.dispose()
    },
  }
}
