import type { Plan } from '../../shared/contract/operations.ts'
import type { Step } from './step.ts'

/** The planned part of a forward step: what the plan showed is what the run calls it. */
export function planStepOf(plan: Plan, id: string): Omit<Step, 'run' | 'changes'> {
  const planned = plan.steps.find((step) => step.id === id)
  if (planned === undefined) throw new Error(`The plan ${plan.id} has no step ${id}.`)
  const { kind, title, service, commands } = planned
  return { id, kind, title, service, commands, phase: 'forward', undoes: [] }
}
