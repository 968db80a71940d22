import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReplacedData } from '../../shared/contract/backups.ts'
import type { Plan } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { CommandBlock } from '../components/command-block.tsx'
import { Confirm } from '../components/confirm.tsx'
import { Disclosure } from '../components/disclosure.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc, queryClient } from '../lib/client.ts'
import { readJournalsAgain } from '../lib/journals.ts'
import { planSentence } from '../lib/plan-sentence.ts'

interface DeleteReplacedProps {
  readonly stackRef: StackRef
  /** Null: nothing is to be deleted. */
  readonly replaced: ReplacedData | null
  readonly onClose: () => void
}

/** The plan of a deletion, made when it is asked for, and the typed name before it runs: nothing brings the data back. */
export function DeleteReplaced({ stackRef, replaced, onClose }: DeleteReplacedProps) {
  const navigate = useNavigate()
  const input = { ...stackRef, operationId: replaced?.operationId ?? '', name: replaced?.name ?? '' }
  const plan = useQuery({
    ...orpc.replaced.planDeletion.queryOptions({ input, gcTime: 0, staleTime: Infinity }),
    enabled: replaced !== null,
  })
  const run = useMutation(
    orpc.replaced.runDeletion.mutationOptions({
      onSuccess: async ({ operationId }) => {
        queryClient.removeQueries({ queryKey: orpc.replaced.key() })
        await navigate({
          to: '/hosts/$hostId/stacks/$project/history/$operationId',
          params: { ...stackRef, operationId },
        })
        void readJournalsAgain()
      },
    }),
  )
  const isGone = plan.data?.preflight.some(({ id, verdict }) => id === 'data' && verdict === 'warning') === true
  const blockers = plan.data?.blockers ?? []
  return (
    <Confirm
      opened={replaced !== null}
      title={isGone ? 'Take it off the list?' : 'Delete the replaced data?'}
      action={isGone ? 'Take it off the list' : 'Delete it'}
      danger={!isGone}
      {...(isGone || blockers.length > 0 ? {} : { typed: stackRef.project })}
      blocked={!plan.data || blockers.length > 0}
      pending={run.isPending}
      error={failureOf(plan) ?? failureOf(run)}
      onClose={() => {
        run.reset()
        onClose()
      }}
      onConfirm={() => plan.data && run.mutate({ ...stackRef, planId: plan.data.id })}
    >
      {plan.isLoading ? <LoadingAfter what="Making the plan: nothing is changed" /> : null}
      {plan.data ? <PlanParts plan={plan.data} isGone={isGone} /> : null}
    </Confirm>
  )
}

function PlanParts({ plan, isGone }: { readonly plan: Plan; readonly isGone: boolean }) {
  return (
    <>
      {plan.blockers.map((blocker) => (
        <Notice key={blocker} tone="bad" title={blocker} />
      ))}
      <p>
        {planSentence(plan)} {isGone ? '' : plan.dataOnRollback}
      </p>
      <Disclosure label="The same by hand">
        <CommandBlock
          commands={plan.steps.filter(({ kind }) => kind === 'delete-data').flatMap(({ commands }) => commands)}
          label="Commands that delete it by hand"
        />
      </Disclosure>
    </>
  )
}
