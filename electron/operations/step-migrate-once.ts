import type { ServiceChange } from '../../shared/contract/operations.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { Migration } from '../../shared/runbook/data-schema.ts'
import type { Container } from '../docker/engine.ts'
import type { Stack } from '../stacks/stack.ts'
import { followContainer } from './follow-container.ts'
import { keepLogs } from './keep-log.ts'
import { concludeMigration } from './migration-evidence.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import { readRollbackPoint } from './rollback-point.ts'
import type { Step, StepReport } from './step.ts'
import { provideImage } from './step-pull.ts'

/** A migration that is a service of the stack. */
export type OneShotMigration = Extract<Migration, { at: 'one-shot' }>

/** Whether a service of the stack is the one that migrates. */
export function isOneShotMigration(job: Migration, service: string): job is OneShotMigration {
  return job.at === 'one-shot' && job.service === service
}

/** Those of some services that may only start once it has ended well. */
export function waitsFor({ model }: Pick<Stack, 'model'>, job: string, services: readonly string[]): string[] {
  return services.filter((name) => model.services[name]?.dependsOn[job]?.condition === 'service_completed_successfully')
}

/** What waits for the migration ends within its own stop period, some of them one after the other. */
const STOP_TIMEOUT_MS = 5 * 60_000

/**
 * Lets the stack's own migration service run once with its new image, before the services that wait for it. Those are
 * stopped first, as Compose itself would: the old version must not work on a schema that changes under it. A migration
 * that an interrupted try has begun is waited for, and one that it has ended is not run again.
 */
export function migrateOnceStep(context: OperationContext, job: OneShotMigration, change: ServiceChange): Step {
  const { plan, ports, session } = context
  return {
    ...planStepOf(plan, 'migrate'),
    changes: true,
    run: async (report) => {
      const image = await provideImage(context, change, report)
      const before = await ports.readStack(plan.stack, report.signal)
      const startedAt = performance.now()
      if (await hasBegun(context, before, job.service, image.id, report.signal)) {
        await report.say('It had been started already, and is not run a second time.')
      } else {
        await stopWaiting(context, before, job.service, report)
        await keepLogs(context, before.containers[job.service] ?? [], `${job.service} before it was replaced`, report)
        report.show('running the migration')
        await session.compose.up(before.project, [job.service], {
          signal: report.signal,
          onOutput: (_stream, text) => report.showOutput(context.mask(text)),
        })
      }
      ports.onChanged?.(plan.stack)
      const { id } = await requireContainer(context, job.service, report.signal)
      const { exitCode, output } = await followContainer(context, id, job.timeoutSeconds, report)
      const end = { service: job.service, exitCode, output, durationMs: performance.now() - startedAt }
      return { kind: 'done', ...(await concludeMigration(context, end, report)) }
    },
  }
}

/** Its container is not the one that was there when the operation began, and is of the new image. */
async function hasBegun(
  { host, files }: OperationContext,
  stack: Stack,
  service: string,
  imageId: string,
  signal: AbortSignal,
): Promise<boolean> {
  const container = stack.containers[service]?.[0]
  if (container === undefined || container.imageId !== imageId || container.startedAt === null) return false
  const point = await readRollbackPoint(host, files, signal)
  if (point === null) return false
  const before = [...point.containerIds, ...point.services.map(({ containerId }) => containerId)]
  return !before.includes(container.id)
}

/** Services of this operation that may only start once the migration is through. */
async function stopWaiting({ plan, session }: OperationContext, stack: Stack, job: string, report: StepReport) {
  const services = plan.changes.map(({ service }) => service)
  const waiting = waitsFor(stack, job, services).filter((name) =>
    (stack.containers[name] ?? []).some(({ state }) => state === 'running'),
  )
  if (waiting.length === 0) return
  await report.say(`Stopping ${waiting.join(', ')}, which ${waiting.length === 1 ? 'waits' : 'wait'} for it.`)
  await session.compose.stop(stack.project, waiting, { signal: report.signal, timeoutMs: STOP_TIMEOUT_MS })
}

async function requireContainer(context: OperationContext, service: string, signal: AbortSignal): Promise<Container> {
  const stack = await context.ports.readStack(context.plan.stack, signal)
  const container = stack.containers[service]?.[0]
  if (container !== undefined) return container
  throw new SlipwayError('migration.failed', `${service} on ${context.host.label} has no container after it was run.`, {
    hint: 'Look who else works on this stack.',
  })
}
