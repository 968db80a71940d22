import { useQuery } from '@tanstack/react-query'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { PlanView } from '../components/plan/plan-view.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'

interface RecordedPlanProps {
  readonly operation: StackRef & { readonly operationId: string }
}

/** The plan as it was approved. */
export function RecordedPlan({ operation }: RecordedPlanProps) {
  const plan = useQuery(orpc.history.plan.queryOptions({ input: operation }))
  const failure = failureOf(plan)
  if (failure) return <ErrorNotice error={failure} />
  return plan.data ? <PlanView plan={plan.data} /> : <LoadingAfter what="Reading the plan" />
}
