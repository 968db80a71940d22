import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleHost } from '../../e2e/host/sample-host.ts'
import { SAMPLE } from '../../e2e/sample-stack.ts'
import type { Stack } from '../stacks/stack.ts'
import { plainOptions, type SampleApp, startSampleApp, startSeededHost } from './sample-operations.ts'

const minute = 60_000
const { directory } = SAMPLE
let sample: SampleHost
let app: SampleApp

beforeAll(async () => {
  sample = await startSeededHost()
  app = startSampleApp(sample, { settleSeconds: 2 })
}, 10 * minute)

afterAll(async () => {
  await app?.[Symbol.asyncDispose]()
  await sample?.dispose()
})

const composeFile = () => sample.readFile(`${directory}/docker-compose.yml`)

describe('a plan', { timeout: 5 * minute }, () => {
  it('is refused when a file was edited after it was made', async () => {
    const plan = await app.operations.planUpgrade(app.ref, '0.10.1', plainOptions)
    const compose = await composeFile()
    await sample.writeFile(`${directory}/docker-compose.yml`, `${compose}\n# edited\n`)
    await expect(app.operations.run(app.ref, plan.id)).rejects.toMatchObject({ code: 'stack.edited-meanwhile' })
    expect(await composeFile()).toBe(`${compose}\n# edited\n`)
    expect(await app.operations.lock(app.ref)).toBeNull()
    await sample.writeFile(`${directory}/docker-compose.yml`, compose)
  })

  it('says which probes fail now, though every service runs', async () => {
    const healthy = await app.operations.planUpgrade(app.ref, '0.10.1', plainOptions)
    const finding = (plan: typeof healthy) => plan.preflight.find(({ id }) => id === 'health')
    expect(finding(healthy)).toMatchObject({
      verdict: 'passed',
      detail: expect.stringMatching(/^All services run, [0-9]+ probes passed\.$/),
    })
    const broken = ({ runbook, ...stack }: Stack): Stack => {
      const probes = runbook.probes.map((probe) => ('http' in probe ? { ...probe, healthy: { status: [418] } } : probe))
      return { ...stack, runbook: { ...runbook, probes } }
    }
    await using other = startSampleApp(sample, { alter: broken })
    const detail = expect.stringContaining('The error tracker answers: Answered 200, expected 418')
    const plan = await other.operations.planUpgrade(other.ref, '0.10.1', plainOptions)
    expect(finding(plan)).toMatchObject({ verdict: 'warning', detail })
  })

  it.for([
    ['a file of another user', `${directory}/docker-compose.yml`, 'belongs to another user'],
    ['records of another user', `${directory}/.slipway/operations`, 'cannot be written to'],
    ['a project directory of another user', directory, 'cannot be written to'],
  ])('that would have to write to %s is blocked', async ([, path = '', why = '']) => {
    const [owner = ''] = (await sample.exec(['stat', '-c', '%u:%g', path])).stdout.split('\n')
    await sample.exec(['chown', 'root:root', path])
    try {
      const plan = await app.operations.planUpgrade(app.ref, '0.10.1', plainOptions)
      expect(plan.preflight.find(({ id }) => id === 'directory')).toMatchObject({
        verdict: 'failed',
        detail: expect.stringMatching(`^${path} ${why}`),
        hint: expect.stringContaining(`ls -ld ${path}`),
      })
      expect(plan.blockers).toHaveLength(1)
    } finally {
      await sample.exec(['chown', owner, path])
    }
    expect((await app.operations.planUpgrade(app.ref, '0.10.1', plainOptions)).blockers).toEqual([])
  })

  it('is refused when it is not known', async () => {
    await expect(app.operations.run(app.ref, 'nothing')).rejects.toMatchObject({ code: 'operation.plan-stale' })
  })

  it.for([
    ['a version that is not there', '9.9.9', 'Target images'],
    ['a tag that moves', 'latest', 'Version'],
    ['a jump that nobody acknowledged', '0.11.0', 'Version'],
  ] as const)('to %s is blocked', async ([, version, title]) => {
    const plan = await app.operations.planUpgrade(app.ref, version, plainOptions)
    expect(plan.blockers.join('\n')).toContain(title)
    await expect(app.operations.run(app.ref, plan.id)).rejects.toMatchObject({ code: 'operation.blocked' })
  })

  it('is blocked, and not called up to date, when the registry does not answer', async () => {
    await sample.failRegistry(503)
    try {
      const plan = await app.operations.planUpgrade(app.ref, '0.10.1', plainOptions)
      expect(plan.preflight.find(({ id }) => id === 'target')).toMatchObject({ verdict: 'unknown' })
      expect(plan.blockers).not.toEqual([])
    } finally {
      await sample.failRegistry(0)
    }
  })
})
