import type { OperationRecord } from '../shared/contract/operations.ts'

/** An operation that did not succeed, as an error with all that its record says of the cause. */
export function explainRecord({ id, outcome, reason, error, steps }: OperationRecord): Error {
  const open = steps.filter(({ status }) => status !== 'done' && status !== 'pending')
  const told = open.map(({ id: step, status, message, evidence }) => {
    return { step, status, message, evidence: evidence.filter(({ verdict }) => verdict !== 'passed') }
  })
  return new Error(`The upgrade ${id} ended as ${outcome}: ${reason}`, { cause: { error, steps: told } })
}
