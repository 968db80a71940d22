import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import type { EngineStatus } from '../../shared/contract/hosts.ts'
import { openStackFixture, type StackFixture } from './stack-fixture.ts'

let sample: SampleHost
let fixture: StackFixture

beforeAll(async () => {
  sample = await startSampleHost({ inDockerGroup: false, sudo: true })
  fixture = openStackFixture(sample)
})

afterAll(async () => {
  await fixture?.dispose()
  await sample?.dispose()
})

test('an engine that only root may use is offered by sudo, and followed through its troubles', async () => {
  const end = new AbortController()
  const views = fixture.sessions.watchHosts(end.signal)
  const until = async (kind: EngineStatus['kind']): Promise<EngineStatus> => {
    for (;;) {
      const { value, done } = await views.next()
      if (done) throw new Error('The views have ended.')
      if (value[0]?.engine.kind === kind) return value[0].engine
    }
  }
  await until('unknown')
  await fixture.host.connect()
  expect(await until('sudo-offer')).toMatchObject({ error: { code: 'docker.not-in-group' } })

  fixture.host.setUsesSudo(true)
  expect(await until('ready')).toMatchObject({ info: { route: 'sudo-dial-stdio' } })

  await sample.stopEngine()
  expect(await until('failed')).toMatchObject({ error: { code: expect.stringMatching(/^docker\./) } })
  await sample.startEngine()
  await until('ready')

  const losing = until('unknown')
  await sample.killSshSessions()
  await losing
  await until('ready')
  end.abort()
  expect((await views.next()).done).toBe(true)
})
