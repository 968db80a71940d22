import { type Plan, planSchema, upgradeOptionsSchema } from '../contract/operations.ts'

/** For tests: the plan of an upgrade of two services. */
export function samplePlan(changes: Partial<Plan> = {}): Plan {
  const step = (id: string, kind: Plan['steps'][number]['kind'], service: string | null = null) => ({
    id,
    kind,
    title: id,
    detail: '',
    undo: null,
    service,
    commands: [`echo ${id}`],
  })
  const change = (service: string) => ({
    service,
    from: { reference: `shop/${service}:1.0.0`, version: '1.0.0', digest: null },
    to: { reference: `shop/${service}:1.1.0`, version: '1.1.0', digest: 'sha256:1' },
    downloadBytes: 1000,
  })
  return planSchema.parse({
    id: '20261121T061502Z-upgrade-3f9a1c',
    kind: 'upgrade',
    stack: { hostId: 'vm', project: 'shop' },
    runbookId: 'shop',
    createdAt: '2026-11-21T06:15:02.000Z',
    fromVersion: '1.0.0',
    toVersion: '1.1.0',
    relation: 'minor',
    changes: [change('web'), change('worker')],
    options: upgradeOptionsSchema.parse({}),
    weakenings: [],
    preflight: [],
    edits: [],
    steps: [
      step('lock', 'lock'),
      step('backup', 'backup'),
      step('rollback-point', 'rollback-point'),
      step('pull', 'pull'),
      step('pin', 'pin'),
      step('service:web', 'service', 'web'),
      step('service:worker', 'service', 'worker'),
      step('smoke-test', 'smoke-test'),
      step('commit', 'commit'),
    ],
    downtime: '',
    dataOnRollback: '',
    rollbackOf: null,
    blockers: [],
    ...changes,
  })
}
