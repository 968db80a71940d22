import { Button, Radio, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Plan } from '../../shared/contract/operations.ts'
import { ActionBar } from '../components/action-bar.tsx'
import { Confirm } from '../components/confirm.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Panel } from '../components/panel.tsx'
import { PlanView } from '../components/plan/plan-view.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { chooseWay, findDataWays, type WayOfData } from '../lib/rollback-data.ts'
import { RollbackPoints } from './rollback-points.tsx'

/** The way back to before an operation: what it means for data, the choice, the plan, and a confirmation. */
export function RollbackPage() {
  const { hostId, project, operationId } = useParams({
    from: '/hosts/$hostId/stacks/$project/history/$operationId/roll-back',
  })
  const stackRef = { hostId, project }
  const [choice, setChoice] = useState<WayOfData | null>(null)
  const planOf = (restoreData: boolean) =>
    orpc.rollback.plan.queryOptions({
      input: { ...stackRef, operationId, restoreData },
      gcTime: 0,
      staleTime: Infinity,
    })
  // Also what says which ways there are.
  const restoring = useQuery(planOf(true))
  const ways = restoring.data ? findDataWays(restoring.data) : null
  const way = ways === null ? 'restore' : chooseWay(ways, choice)
  const keeping = useQuery({ ...planOf(false), enabled: way === 'keep' })
  const plan = way === 'restore' ? restoring : keeping
  const failure = failureOf(plan)
  return (
    <>
      <RollbackPoints stackRef={stackRef} chosen={operationId} />
      {ways ? (
        <Panel title="Data">
          <Radio.Group
            aria-label="Data"
            value={way}
            onChange={(value) => setChoice(value === 'keep' ? 'keep' : 'restore')}
          >
            <Stack gap="xs">
              <Radio
                value="restore"
                label="Restore the backup"
                description={ways.restore.description}
                disabled={!ways.restore.allowed}
              />
              <Radio
                value="keep"
                label="Keep the data as it is"
                description={ways.keep.description}
                disabled={!ways.keep.allowed}
              />
            </Stack>
          </Radio.Group>
        </Panel>
      ) : null}
      {failure ? (
        <ErrorNotice
          error={failure}
          actions={
            <Button loading={plan.isFetching} onClick={() => void plan.refetch()}>
              Make a new plan
            </Button>
          }
        />
      ) : null}
      {plan.isPending ? <LoadingAfter what="Making the plan: nothing is changed" /> : null}
      {plan.data ? <PlanView plan={plan.data} /> : null}
      {plan.data ? <Decision plan={plan.data} operationId={operationId} replan={() => void plan.refetch()} /> : null}
    </>
  )
}

interface DecisionProps {
  readonly plan: Plan
  readonly operationId: string
  readonly replan: () => void
}

function Decision({ plan, operationId, replan }: DecisionProps) {
  const [asking, setAsking] = useState(false)
  const navigate = useNavigate()
  const run = useMutation(
    orpc.rollback.run.mutationOptions({
      onSuccess: ({ operationId: id }) =>
        navigate({ to: '/hosts/$hostId/stacks/$project/run/$operationId', params: { ...plan.stack, operationId: id } }),
    }),
  )
  const restores = plan.steps.some(({ kind }) => kind === 'restore-data')
  const blocked = plan.blockers.length > 0
  return (
    <ActionBar note={blocked ? 'Deal with what blocks it, then make a new plan.' : plan.dataOnRollback}>
      <LinkButton
        size="sm"
        variant="default"
        to="/hosts/$hostId/stacks/$project/history/$operationId"
        params={{ ...plan.stack, operationId }}
      >
        Back
      </LinkButton>
      {blocked ? (
        <Button size="sm" onClick={replan}>
          Make a new plan
        </Button>
      ) : (
        <Button size="sm" color="danger" onClick={() => setAsking(true)}>
          Roll back to {plan.toVersion}…
        </Button>
      )}
      <Confirm
        opened={asking}
        title={`Roll back to ${plan.toVersion}?`}
        action={`Roll back to ${plan.toVersion}`}
        danger
        {...(restores ? { typed: plan.stack.project } : {})}
        pending={run.isPending}
        error={failureOf(run)}
        onClose={() => setAsking(false)}
        onConfirm={() => run.mutate({ ...plan.stack, planId: plan.id })}
      >
        {plan.dataOnRollback} {plan.downtime}
      </Confirm>
    </ActionBar>
  )
}
