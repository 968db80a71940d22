import type { Plan, PlanStep } from '../../shared/contract/operations.ts'
import type { Progress } from '../../shared/operations/progress.ts'
import { hasChangedStack } from '../../shared/operations/progress.ts'
import { canKeepData, type DataPolicy } from '../../shared/versions/data-compatibility.ts'
import { findServiceStep, servicesOfStep } from './service-steps.ts'

/** What a rollback of a half-done operation has to take back. */
export interface RollbackScope {
  readonly files: boolean
  /** Services whose containers may have been replaced, in the order of the plan. */
  readonly services: readonly string[]
  /** Services whose data must become what it was, because the other version has had it in its hands. */
  readonly dataOf: readonly string[]
  readonly smokeTest: boolean
}

/** Derived from the journal alone: a step that was begun counts as done. */
export function scopeRollback(plan: Plan, progress: Progress, policy: DataPolicy): RollbackScope {
  const begun = new Set(progress.begun.map(({ stepId }) => stepId))
  const inHand = new Set([...begun].flatMap(servicesOfStep))
  const migrated = begun.has('migrate')
  const services = plan.changes.map(({ service }) => service)
  const replaced = services.filter((service) => inHand.has(service))
  // A migration that is a service of the stack stops what waits for it: whatever comes after it may stand still.
  const own = plan.steps.findIndex(
    ({ id, service }) => id === 'migrate' && findServiceStep(plan, service ?? '') === undefined,
  )
  const isAfterMigration = (service: string) =>
    migrated && own !== -1 && plan.steps.findIndex((step) => takes(step, service)) >= own
  const dataReplaced = begun.has('restore-data')
  const dataOf = plan.changes
    .filter(({ service, from, to }) => {
      if (dataReplaced) return true
      const touched = migrated || inHand.has(service)
      return touched && !canKeepData(policy, from.version, to.version).keep
    })
    .map(({ service }) => service)
  const toBringBack = services.filter(
    (service) => replaced.includes(service) || dataOf.includes(service) || isAfterMigration(service),
  )
  return {
    files: begun.has('pin') || begun.has('restore-files'),
    services: toBringBack,
    dataOf,
    smokeTest: hasChangedStack(progress) && toBringBack.length > 0,
  }
}

function takes(step: PlanStep, service: string): boolean {
  return step.service === service || servicesOfStep(step.id).includes(service)
}
