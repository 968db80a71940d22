import { count } from '../../shared/count.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import type { Stack } from '../stacks/stack.ts'
import { makeBackupSet } from './backup-set.ts'
import { readManifest } from './backup-store.ts'
import { datasetsLeftOut, explainNoData } from './datasets/of-stack.ts'
import { readSchemaVersions } from './datasets/read-schema-versions.ts'
import { withOffer } from './offer-without-backup.ts'
import type { OperationContext } from './operation-context.ts'
import { requireRunbook } from './plan-runbook.ts'
import { planStepOf } from './plan-step-of.ts'
import { writeRollbackPoint } from './rollback-point.ts'
import type { Step } from './step.ts'

/** The lock is taken before the journal begins; the step is there to say so. */
export function lockStep(context: OperationContext): Step {
  return {
    ...planStepOf(context.plan, 'lock'),
    changes: false,
    run: async () => ({ kind: 'done', message: `Locked by ${context.owner.user} on ${context.owner.machine}.` }),
  }
}

/** Copies every data set while the stack runs, and proves each copy. */
export function backupStep(context: OperationContext): Step {
  const { plan, ports } = context
  return {
    ...planStepOf(plan, 'backup'),
    changes: false,
    run: async (report) => {
      if (plan.options.skipBackup !== null) {
        return { kind: 'skipped', message: `Skipped: ${plan.options.skipBackup.reason}` }
      }
      const stack = await ports.readStack(plan.stack, report.signal)
      requireRunbook(plan, stack, 'operation.plan-stale')
      const none = explainNoData(stack)
      if (none !== null) {
        requireApproval(context, stack, none)
        return { kind: 'skipped', message: none }
      }
      const manifest = await makeBackupSet(context, stack, report).catch((error: unknown) => {
        throw plan.kind === 'rollback' ? withOffer(error) : error
      })
      const bytes = manifest.datasets.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
      return {
        kind: 'done',
        message: `${count(manifest.datasets.length, 'data set')}, ${formatBytes(bytes)}, each checked.`,
        result: { backupId: manifest.id },
      }
    },
  }
}

/** A plan that was to back something up was not approved for an upgrade without: the stack has changed since. */
function requireApproval({ plan, host }: OperationContext, stack: Stack, none: string): void {
  if (plan.kind !== 'upgrade' || datasetsLeftOut(stack).length === 0) return
  throw new SlipwayError(
    'backup.failed',
    `Nothing of ${plan.stack.project} on ${host.label} can be backed up. ${none}`,
    {
      state: 'Nothing was changed.',
      hint: 'Say in the runbook where the data is, or plan the upgrade again without a backup, with a reason.',
    },
  )
}

/** Keeps files and images as they are now. */
export function rollbackPointStep(context: OperationContext): Step {
  const { plan, ports } = context
  return {
    ...planStepOf(plan, 'rollback-point'),
    changes: false,
    run: async (report) => {
      const stack = await ports.readStack(plan.stack, report.signal)
      const services = plan.changes.map(({ service }) => service)
      const schemaVersions = await findSchemaVersions(context, stack, services, report.signal)
      const point = await writeRollbackPoint(context, stack, services, schemaVersions, report.signal)
      return {
        kind: 'done',
        message: `${count(point.files.length, 'file')} and ${count(point.services.length, 'image')} kept.`,
      }
    },
  }
}

/** The backup has just asked; without one the databases are asked, but for the way back from data that cannot be read. */
async function findSchemaVersions(
  context: OperationContext,
  stack: Stack,
  services: readonly string[],
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const { host, layout, plan } = context
  const manifest = await readManifest(host, layout, plan.id, signal)
  if (manifest === null && plan.kind === 'rollback') return {}
  if (manifest === null) return readSchemaVersions(context, stack, services, signal)
  const known = manifest.datasets.map(({ dataset, schemaVersion }): [string, string | null] => [dataset, schemaVersion])
  return Object.fromEntries(known.filter((entry): entry is [string, string] => entry[1] !== null))
}
