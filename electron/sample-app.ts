import { join } from 'node:path'
import { createRouterClient, type RouterClient } from '@orpc/server'
import type { SampleHost } from '../e2e/host/sample-host.ts'
import { type App, type AppOptions, createApp } from './app.ts'
import type { AppRouter } from './router.ts'

export type SampleClient = RouterClient<AppRouter>

/** For tests and benchmarks: the whole app in this process, without a page. Dispose it before its sample host. */
export async function startSampleApp(
  dataFolder: string,
  options: Pick<AppOptions, 'monitor'> = {},
): Promise<{ app: App; client: SampleClient }> {
  const app = await createApp({
    dataFolder,
    assetsFolder: join(import.meta.dirname, '..', 'assets'),
    runtime: 'browser',
    version: '0.0.0',
    seal: { available: false, reason: 'No keychain in tests.' },
    ...options,
  })
  return { app, client: createRouterClient(app.router) }
}

/** Adds the host, signs in with its user's key, and waits until its engine answers. */
export async function connectSampleHost(client: SampleClient, sample: SampleHost): Promise<{ hostId: string }> {
  const auth = { agent: 'none', keyFiles: [sample.privateKeyPath], password: false }
  const target = { kind: 'ssh', hostname: sample.sshHost, port: sample.sshPort, user: sample.user, auth } as const
  const { id: hostId } = await client.host.add({ label: 'sample', target })
  await client.host.connect({ hostId })
  await untilReady(client)
  return { hostId }
}

/** Waits for the engine of the only host; answers the question about the host's key on the way. */
export async function untilReady(client: SampleClient): Promise<void> {
  for await (const [view] of await client.host.watchAll()) {
    if (view?.status.kind === 'question') {
      const questionId = view.status.question.id
      await client.host.answer({ hostId: view.id, questionId, answer: { kind: 'host-key', accept: true } })
    }
    if (view?.status.kind === 'waiting') await client.host.connect({ hostId: view.id })
    if (view?.status.kind === 'connected' && view.engine.kind === 'ready') return
  }
}
