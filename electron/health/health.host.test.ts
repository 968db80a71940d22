// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { startSampleHost } from '../../e2e/host/start-sample-host.ts'
import { parseApiKeys, SAMPLE, TestStack } from '../../e2e/sample-stack.ts'
import type { StackDetail, StackRef } from '../../shared/contract/stacks.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { type Probe, probeSchema } from '../../shared/runbook/probe-schema.ts'
import type { Stack } from '../stacks/stack.ts'
import { openStackFixture, type StackFixture } from '../stacks/stack-fixture.ts'
import { type GateResult, runGate } from './gate.ts'
import { HealthService } from './health-service.ts'
import { runProbe } from './run-probe.ts'
import { runSmokeTest } from './smoke-test.ts'
import type { ReadLock } from './stack-monitor.ts'

const folder = SAMPLE.directory
const tracker = 'error-tracker'
let sample: SampleHost
let product: TestStack
let fixture: StackFixture
let ref: StackRef

/** Without the questions to databases, which operations ask, and those that have tests of their own. */
const RUNBOOK = `extends: ${SAMPLE.project}
migrations: null
probes:
${['errors-database', 'logs-database', 'metrics-database', 'browser-relay-database']
  .concat(['error-tracker-closed', 'log-viewer-closed', 'metrics-collector-closed', 'browser-relay-closed'])
  .map((id) => `  ${id}: null`)
  .join('\n')}
`

beforeAll(async () => {
  sample = await startSampleHost({ stacks: [SAMPLE.project] })
  await sample.writeFile(`${folder}/slipway.yaml`, RUNBOOK)
  product = await TestStack.open(sample)
  fixture = openStackFixture(sample)
  await fixture.host.connect()
  ref = { hostId: fixture.host.id, project: SAMPLE.project }
})

afterAll(async () => {
  await fixture?.dispose()
  await sample?.dispose()
})

const { signal } = new AbortController()
const read = () => fixture.stacks.read(ref)

function probe(definition: object): Probe {
  return probeSchema.parse({ id: 'asked', ...definition })
}

describe('a probe over the connection', () => {
  const http = { service: tracker, port: 8000, path: '/health' }
  const healthy = { status: [200], json: [{ path: 'status', equals: 'ok' }] }
  test.each<[string, object, string, RegExp]>([
    ['an answer as expected', { http, healthy }, 'healthy', /^Answered 200, status is "ok"\.$/],
    [
      'a wrong body behind 200',
      { http, healthy: { json: [{ path: 'status', equals: 'fine' }] } },
      'down',
      /“status” is "ok"/,
    ],
    [
      'an answer of another status',
      { http: { ...http, path: '/nowhere' }, healthy },
      'down',
      /^Answered 401, expected 200/,
    ],
    ['a port where nobody listens', { http: { ...http, port: 9999 }, healthy }, 'down', /refused/],
    ['another protocol', { http: { ...http, tls: true, timeoutSeconds: 1 }, healthy }, 'down', /./],
    [
      'a variable that is not set',
      { http: { ...http, host: '${env:NOWHERE}' }, healthy },
      'unknown',
      /^No value is known for \$\{env:NOWHERE\}\.$/,
    ],
    ['an open port', { tcp: { service: tracker, port: 8000 } }, 'healthy', /accepted/],
    ['a closed port', { tcp: { service: tracker, port: 9999 } }, 'down', /refused/],
    [
      'a command that succeeds',
      { command: { service: tracker, argv: ['/app/error-tracker', '--healthcheck'] } },
      'healthy',
      /exit code 0/,
    ],
    ['a command that is not there', { command: { service: tracker, argv: ['/nowhere'] } }, 'unknown', /exit code 12\d/],
    ['a version that it is not for', { versions: '>=9', tcp: { service: tracker, port: 9999 } }, 'down', /refused/],
  ])('%s', async (_title, definition, health, reason) => {
    const result = await runProbe(await read(), probe(definition), { signal })
    expect(result).toMatchObject({ health, service: tracker, reason: expect.stringMatching(reason) })
  })

  test('evidence shows what was asked and answered', async () => {
    const result = await runProbe(await read(), probe({ http, healthy }), { signal })
    expect(result.request).toBe('GET http://127.0.0.1:5010/health')
    expect(result.answer).toEqual({ status: 200, body: expect.stringContaining('{"status": "ok"}') })
  })

  test('no evidence tells a secret, though the product is asked with it', async () => {
    const key = parseApiKeys(await sample.readFile(`${folder}/.env`))[tracker]
    const stack = await read()
    const headers = { 'X-API-Key': '$' + '{secret:error-tracker-key}' }
    const path = `/api/errors?project=${key}`
    const allowed = await runProbe(stack, probe({ http: { ...http, path, headers }, healthy: { status: [200] } }), {
      signal,
    })
    expect(allowed.health).toBe('healthy')
    expect(JSON.stringify(allowed)).not.toContain(key)
    const refused = await runProbe(stack, probe({ http: { ...http, path }, healthy: { status: [200] } }), { signal })
    expect(refused).toMatchObject({ health: 'down', answer: { status: 401 } })
    expect(JSON.stringify(refused)).not.toContain(key)
  })

  test('where TCP forwarding is forbidden the host asks itself', async () => {
    await sample.configureSshd(['AllowTcpForwarding no'])
    const second = openStackFixture(sample)
    try {
      const stack = await second.host.connect().then(() => second.stacks.read({ ...ref, hostId: second.host.id }))
      expect(await runProbe(stack, probe({ http, healthy }), { signal })).toMatchObject({ health: 'healthy' })
      const headers = { 'X-API-Key': '$' + '{secret:error-tracker-key}' }
      const list = { http: { ...http, path: '/api/errors', headers }, healthy: { status: [200] } }
      expect(await runProbe(stack, probe(list), { signal })).toMatchObject({ health: 'healthy' })
      const closed = { http: { ...http, port: 9999 }, healthy }
      expect(await runProbe(stack, probe(closed), { signal })).toMatchObject({ health: 'down' })
      const port = { tcp: { service: tracker, port: 8000 } }
      expect(await runProbe(stack, probe(port), { signal })).toMatchObject({ health: 'unknown' })
    } finally {
      await second.dispose()
      await sample.configureSshd([])
    }
  })
})

describe('a live picture', () => {
  const open = (readLock: ReadLock = async () => null) =>
    new HealthService({
      stacks: fixture.stacks,
      readLock,
      reportBug: (error) => {
        throw error
      },
    })

  /** The first picture that is as wanted. */
  async function until(pictures: AsyncIterator<StackDetail>, isWanted: (detail: StackDetail) => boolean) {
    for (;;) {
      const { value, done } = await pictures.next()
      if (done) throw new Error('The pictures have ended.')
      if (isWanted(value)) return value as StackDetail
    }
  }

  test('is healthy first, follows what happens, and ends with its last watcher', async () => {
    const health = open()
    const end = new AbortController()
    const pictures = health.watch(ref, end.signal)
    const first = await until(pictures, () => true)
    expect(first).toMatchObject({
      version: '0.10.0',
      health: 'healthy',
      healthReason: 'All 4 services are healthy.',
      runningServices: 4,
      totalServices: 4,
      drift: [],
      error: null,
    })
    expect(JSON.stringify(first)).not.toContain(parseApiKeys(await sample.readFile(`${folder}/.env`))[tracker])

    const list = health.watchAll(ref.hostId, end.signal)
    for (;;) {
      const { value } = await list.next()
      if (value?.stacks[0]?.health === 'healthy' && !value.loading) break
    }
    expect(health.watchedStacks).toBe(1)

    await product.compose('stop', 'log-viewer')
    const down = await until(pictures, (detail) => detail.health === 'down')
    expect(down.healthReason).toMatch(/^log-viewer: /)
    expect(down.drift.map(({ kind }) => kind)).toEqual(['stopped'])
    await product.compose('start', 'log-viewer')
    await until(pictures, (detail) => detail.health === 'healthy')

    await list.return?.()
    expect(health.watchedStacks).toBe(1)
    end.abort()
    expect((await pictures.next()).done).toBe(true)
    expect(health.watchedStacks).toBe(0)
    health.dispose()
  })

  test('shows an operation for as long as its lock is not seen to be free, also while nobody can read it', async () => {
    const owner = { user: 'ann', machine: 'desk', instance: '1-a' }
    const at = new Date().toISOString()
    const times = { acquiredAt: at, heartbeatAt: at }
    const lock = {
      owner,
      operationId: 'op',
      kind: 'upgrade',
      step: 'pull',
      ...times,
      stale: false,
      mine: false,
    } as const
    const unreadable = async () => Promise.reject(new SlipwayError('host.permission-denied', 'Not for you.'))
    const answers: ReadLock[] = [async () => lock, unreadable, unreadable]
    const health = open(async (place) => (answers.shift() ?? (async () => null))(place))
    const end = new AbortController()
    const pictures = health.watch(ref, end.signal)
    expect(await until(pictures, () => true)).toMatchObject({ health: 'maintenance' })
    const next = await until(pictures, (detail) => detail.health !== 'maintenance')
    // Not before somebody had seen that it is free.
    expect(answers).toEqual([])
    expect(next).toMatchObject({ health: 'healthy' })
    end.abort()
    await pictures.return?.()
    health.dispose()
  })

  test('keeps its last state and says that nobody knows, while the host is cut off', async () => {
    const health = open()
    const end = new AbortController()
    const pictures = health.watch(ref, end.signal)
    await until(pictures, (detail) => detail.health === 'healthy')
    const losing = until(pictures, (detail) => detail.health === 'unknown')
    await sample.killSshSessions()
    const lost = await losing
    expect(lost.services).toHaveLength(4)
    expect(lost.services.every((service) => service.health === 'unknown')).toBe(true)
    expect(lost.error?.code).toMatch(/^host\./)
    const back = await until(pictures, (detail) => detail.health === 'healthy')
    expect(back.error).toBeNull()
    end.abort()
    await pictures.return?.()
    health.dispose()
  })
})

describe('upgrading the error tracker by hand', () => {
  afterEach(async () => {
    await fixture.host.connect()
  })

  /** Recreates it in a version without waiting, as an upgrade does, and returns the stack with the image that must run. */
  async function switchTo(version: string): Promise<{ stack: Stack; imageId: string }> {
    const { engine, compose } = fixture.session
    const image = `${SAMPLE.images}/${tracker}:${version}`
    await engine.pull(image, {})
    const before = await read()
    const [edit] = await fixture.stacks.editPins(before, { [tracker]: version })
    if (edit !== undefined) await fixture.host.files.writeAtomic(edit.path, edit.after)
    await compose.up(before.project, [tracker])
    const imageId = (await engine.inspectImage(image))?.id ?? ''
    return { stack: await read(), imageId }
  }

  const titles = ({ evidence }: GateResult) => evidence.map(({ title, verdict }) => `${verdict} ${title}`)

  test('to a good version: the gate passes after the settle time, and the smoke test leaves nothing active', async () => {
    const { stack, imageId } = await switchTo('0.10.1')
    const said: string[] = []
    const gate = await runGate(stack, tracker, { signal, imageId, onProgress: (message) => said.push(message) })
    expect(gate).toMatchObject({ verdict: 'passed', error: null })
    expect(titles(gate)).toEqual([
      `passed Container ${SAMPLE.project}-error-tracker-1`,
      'passed Image',
      'passed Health check of the container',
      'passed The error tracker answers',
    ])
    expect(said.some((message) => /healthy for \d s of 6 s/.test(message))).toBe(true)

    const smoke = await runSmokeTest(await read(), { signal })
    expect(smoke).toMatchObject({ verdict: 'passed', reason: 'All 10 steps passed.' })
    const open = await product.ask({ service: tracker, path: '/api/errors?project=slipway-smoke-test&resolved=false' })
    expect(open.body).toContain('"total":0')
    const keys = await product.ask({ service: 'browser-relay', path: '/api/dsn-keys' })
    expect(keys.body).not.toMatch(/"active":\s*(true|1)/)
  })

  test('a step that may hold a moment later is asked again, and not for longer than it says', async () => {
    const stack = await read()
    const step = (project: string, withinSeconds: number): Stack => {
      const [first] = stack.runbook.smokeTest?.steps.filter(({ title }) => title === 'Find it in the list') ?? []
      if (first === undefined) throw new Error('The runbook has no such step.')
      const http = { ...first.http, path: `/api/errors?project=${project}` }
      const later = { ...first, http, expect: { text: { contains: '"total":1' } }, withinSeconds }
      return { ...stack, runbook: { ...stack.runbook, smokeTest: { writes: false, steps: [later], cleanup: [] } } }
    }
    const asked = runSmokeTest(step('later', 60), { signal })
    const report = { project: 'later', exception_type: 'Later', message: 'm', traceback: 't', environment: 'test' }
    await product.ask({ service: tracker, path: '/api/errors', body: report })
    expect(await asked).toMatchObject({ verdict: 'passed' })
    expect(await runSmokeTest(step('never', 2), { signal })).toMatchObject({ verdict: 'failed' })
    const ended = new AbortController()
    const cancelled = runSmokeTest(step('never', 600), { signal: ended.signal })
    ended.abort(new Error('enough'))
    await expect(cancelled).rejects.toThrow('enough')
  })

  test('the gate waits for a connection that is lost meanwhile', async () => {
    const stack = await read()
    let isCut = false
    const gate = await runGate(stack, tracker, {
      signal,
      onProgress: (message) => {
        if (isCut || !message.startsWith('healthy')) return
        isCut = true
        void sample.killSshSessions()
      },
    })
    expect(isCut).toBe(true)
    expect(gate).toMatchObject({ verdict: 'passed', error: null })
  })

  test('a gate that is not through when its time is over says so', async () => {
    const stack = await read()
    const probes = [probe({ tcp: { service: tracker, port: 9999 } })]
    const settings = { ...stack.runbook.gate, timeoutSeconds: 3 }
    const asked = { ...stack, runbook: { ...stack.runbook, probes } }
    expect(await runGate(asked, tracker, { signal, settings })).toMatchObject({
      verdict: 'failed',
      error: { code: 'gate.timeout', hint: expect.stringContaining('gate.timeoutSeconds') },
    })
  })

  test('a gate that nobody waits for any more ends at once', async () => {
    const end = new AbortController()
    const gate = runGate(await read(), tracker, { signal: end.signal })
    end.abort(new Error('nobody waits'))
    await expect(gate).rejects.toThrow('nobody waits')
  })

  test('the image of another version is not taken for the wanted one', async () => {
    const gate = await runGate(await read(), tracker, { signal, imageId: `sha256:${'0'.repeat(64)}` })
    expect(gate).toMatchObject({ verdict: 'failed', reason: expect.stringMatching(/instead of 000000000000/) })
  })

  test('to one that never starts: the gate fails at once', async () => {
    const { stack, imageId } = await switchTo('0.11.2')
    const gate = await runGate(stack, tracker, { signal, imageId })
    expect(gate).toMatchObject({
      verdict: 'failed',
      reason: expect.stringMatching(/crashed and (is being|was) restarted/),
    })
    // What it did to the data halfway would fail every later version too.
    await product.reset()
  })

  test('to one that is unhealthy: the gate fails as soon as its check and the probe agree', async () => {
    const { stack, imageId } = await switchTo('0.11.1')
    const gate = await runGate(stack, tracker, { signal, imageId })
    expect(gate).toMatchObject({ verdict: 'failed', reason: expect.stringMatching(/fails its health check/) })
    expect(titles(gate)).toContain('failed The error tracker answers')
  })

  test('to one that crashes after a while: the gate fails with it', async () => {
    const { stack, imageId } = await switchTo('0.11.3')
    const gate = await runGate(stack, tracker, { signal, imageId })
    expect(gate).toMatchObject({
      verdict: 'failed',
      reason: expect.stringMatching(/crashed and (is being|was) restarted/),
    })
  })

  test('to one that is green and does not work: the smoke test finds it', async () => {
    const { stack, imageId } = await switchTo('0.11.4')
    expect(await runGate(stack, tracker, { signal, imageId })).toMatchObject({ verdict: 'passed' })
    const smoke = await runSmokeTest(await read(), { signal })
    expect(smoke).toMatchObject({ verdict: 'failed', reason: 'Report an error: Answered 500, expected 201.' })
  })
})
