import { SlipwayError } from '../../shared/errors.ts'
import type { KeptService } from '../../shared/operations/rollback-point.ts'
import { layOutOperation } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { placeOfPlan, readPlan } from './operation-files.ts'
import { planStepOf } from './plan-step-of.ts'
import { readRollbackPoint } from './rollback-point.ts'
import type { ReturnTo } from './rollback-target.ts'
import { groupByStep, serviceStepId } from './service-steps.ts'
import type { Step } from './step.ts'
import { commitStep } from './step-commit.ts'
import { backupStep, lockStep, rollbackPointStep } from './step-prepare.ts'
import { restoreData } from './step-restore-data.ts'
import { restoreFiles } from './step-restore-files.ts'
import { failGate, replaceServices } from './step-service.ts'
import { failSmokeTest, smoke } from './step-smoke-test.ts'

/**
 * A rollback that a person asks for, some time after an operation: an operation of its own, with its own backup
 * and rollback point, so that it can fail or be regretted like any other.
 */
export async function rollBackByHand(context: OperationContext): Promise<Step[]> {
  const to = await findReturn(context)
  const restoresData = context.plan.steps.some(({ id }) => id === 'restore-data')
  return [
    lockStep(context),
    backupStep(context),
    rollbackPointStep(context),
    imagesStep(context, to),
    filesStep(context, to),
    ...(restoresData ? [dataStep(context)] : []),
    ...groupByStep(
      context.plan,
      context.plan.changes.map(({ service }) => service),
    ).map((services) => serviceStep(context, to, services)),
    smokeTestStep(context),
    commitStep(context, async (service) => imageIdOf(to, service)),
  ]
}

/** The rollback point of the operation that is taken back. */
async function findReturn(context: OperationContext): Promise<ReturnTo> {
  const { plan, host, layout } = context
  const files = layOutOperation(layout.root, plan.rollbackOf ?? '')
  const [point, origin] = await Promise.all([
    readRollbackPoint(host, files),
    readPlan(placeOfPlan(context), plan.rollbackOf ?? ''),
  ])
  if (point === null) {
    throw new SlipwayError(
      'operation.not-found',
      `The rollback point of ${plan.rollbackOf} on ${host.label} is gone.`,
      {
        state: 'Nothing was changed.',
        hint: 'Upgrade to the version you want instead.',
      },
    )
  }
  return { point, files, written: Object.fromEntries(origin.edits.map(({ path, afterSha256 }) => [path, afterSha256])) }
}

/** The images were kept on the host; should somebody have removed one, it is pulled by its digest before anything stops. */
function imagesStep(context: OperationContext, { point }: ReturnTo): Step {
  const { engine } = context.session
  return {
    ...planStepOf(context.plan, 'pull'),
    changes: false,
    run: async ({ signal, say, showLayers }) => {
      for (const { service, imageId, digest, reference } of point.services.filter(isChanged(context))) {
        if ((await engine.inspectImage(imageId, { signal })) !== null) continue
        const repository = reference.replace(/(:[^:/]*)?(@.*)?$/, '')
        if (digest === null) throw gone(context, service, reference)
        await say(`${service}: pulling ${repository}@${digest}`)
        await engine.pull(`${repository}@${digest}`, {
          signal,
          onProgress: ({ layers }) => showLayers(layers.map((layer) => ({ ...layer, service }))),
        })
        if ((await engine.inspectImage(imageId, { signal })) === null) throw gone(context, service, reference)
      }
      return { kind: 'done', message: 'The old images are on the host.' }
    },
  }
}

function filesStep(context: OperationContext, to: ReturnTo): Step {
  return {
    ...planStepOf(context.plan, 'restore-files'),
    changes: true,
    run: async (report) => ({ kind: 'done', message: await restoreFiles(context, to, report) }),
  }
}

function dataStep(context: OperationContext): Step {
  const { plan } = context
  return {
    ...planStepOf(plan, 'restore-data'),
    changes: true,
    run: async (report) => {
      const services = plan.changes.map(({ service }) => service)
      const meaning = await restoreData(
        context,
        { backupId: plan.rollbackOf ?? '', services, startedLater: services },
        report,
      )
      return {
        kind: 'done',
        message: `Data of ${services.join(', ')} restored. ${meaning}`,
        result: { restored: true, meaning },
      }
    },
  }
}

function serviceStep(context: OperationContext, { point }: ReturnTo, services: readonly string[]): Step {
  return {
    ...planStepOf(context.plan, serviceStepId(services)),
    changes: true,
    run: async (report) => {
      const kept = point.services.filter(({ service }) => services.includes(service))
      const { service, outcome, seen } = await replaceServices(context, kept, report, { isReturn: true })
      if (outcome.verdict !== 'passed') failGate(context, service, outcome)
      return { kind: 'done', message: outcome.reason, result: { seen } }
    },
  }
}

function smokeTestStep(context: OperationContext): Step {
  return {
    ...planStepOf(context.plan, 'smoke-test'),
    changes: true,
    run: (report) => smoke(context, report, (outcome) => failSmokeTest(context, outcome)),
  }
}

function isChanged({ plan }: OperationContext): (kept: KeptService) => boolean {
  return ({ service }) => plan.changes.some((change) => change.service === service)
}

function imageIdOf({ point }: ReturnTo, service: string): string {
  return point.services.find((kept) => kept.service === service)?.imageId ?? ''
}

function gone({ host }: OperationContext, service: string, reference: string): SlipwayError {
  return new SlipwayError(
    'docker.not-found',
    `The image that ${service} ran before (${reference}) is gone from ${host.label}.`,
    {
      state: 'No service was touched.',
      hint: 'Upgrade to the version you want instead.',
    },
  )
}
