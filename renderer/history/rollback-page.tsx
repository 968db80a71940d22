import { Button, Radio, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Plan, RollbackChoice } from '../../shared/contract/operations.ts'
import { isReason } from '../../shared/operations/reason.ts'
import { ActionBar } from '../components/action-bar.tsx'
import { Confirm } from '../components/confirm.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Panel } from '../components/panel.tsx'
import { PlanView } from '../components/plan/plan-view.tsx'
import { Weakening } from '../components/weakening.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { chooseWay, findDataWays, type WayOfData } from '../lib/rollback-data.ts'
import { useShowRun } from '../lib/use-show-run.ts'
import { RollbackPoints } from './rollback-points.tsx'

interface BackupChoice {
  readonly skip: boolean
  readonly reason: string
}

const WITH_BACKUP: BackupChoice = { skip: false, reason: '' }

/** The way back to before an operation: what it means for data, the choice, the plan, and a confirmation. */
export function RollbackPage() {
  const { hostId, project, operationId } = useParams({
    from: '/hosts/$hostId/stacks/$project/history/$operationId/roll-back',
  })
  const stackRef = { hostId, project }
  const [choice, setChoice] = useState<WayOfData | null>(null)
  const [backup, setBackup] = useState<BackupChoice>(WITH_BACKUP)
  // What the plans on the page were made with.
  const [skipBackup, setSkipBackup] = useState<RollbackChoice['skipBackup']>(null)
  const planOf = (restoreData: boolean) =>
    orpc.rollback.plan.queryOptions({
      input: { ...stackRef, operationId, restoreData, skipBackup },
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
  const wanted = backup.skip ? { reason: backup.reason.trim() } : null
  const replan = () => {
    if (wanted?.reason === skipBackup?.reason) void plan.refetch()
    else setSkipBackup(wanted)
  }
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
      {ways ? (
        <Panel title="Options">
          <Weakening
            label="Roll back without backing up the present data"
            description="For data that cannot be read any more. This rollback can then not be taken back with its data."
            checked={backup.skip}
            reason={backup.reason}
            onCheck={(skip) => setBackup({ ...backup, skip })}
            onReason={(reason) => setBackup({ ...backup, reason })}
          />
        </Panel>
      ) : null}
      {failure ? (
        <ErrorNotice
          error={failure}
          actions={
            <Button loading={plan.isFetching} onClick={replan}>
              Make a new plan
            </Button>
          }
        />
      ) : null}
      {plan.isPending ? <LoadingAfter what="Making the plan: nothing is changed" /> : null}
      {plan.data ? <PlanView plan={plan.data} /> : null}
      {plan.data ? (
        <Decision
          key={plan.data.id}
          plan={plan.data}
          operationId={operationId}
          missing={wanted && !isReason(wanted.reason) ? 'Say why the present data is not to be backed up.' : null}
          isOutdated={wanted?.reason !== skipBackup?.reason}
          replanning={plan.isFetching}
          replan={replan}
        />
      ) : null}
    </>
  )
}

interface DecisionProps {
  readonly plan: Plan
  readonly operationId: string
  /** What has to be said before another plan can be made. */
  readonly missing: string | null
  /** The plan was made with another choice than the one on the page. */
  readonly isOutdated: boolean
  readonly replanning: boolean
  readonly replan: () => void
}

function Decision({ plan, operationId, missing, isOutdated, replanning, replan }: DecisionProps) {
  const [asking, setAsking] = useState(false)
  // The failure stands on the page, with the way on.
  const onError = () => setAsking(false)
  const run = useMutation(orpc.rollback.run.mutationOptions({ onSuccess: useShowRun(plan.stack), onError }))
  const failure = failureOf(run)
  const planAnew = () => {
    run.reset()
    replan()
  }
  const replanButton = (
    <Button size="sm" loading={replanning} disabled={missing !== null} onClick={planAnew}>
      Make a new plan
    </Button>
  )
  const restores = plan.steps.some(({ kind }) => kind === 'restore-data')
  const blocked = plan.blockers.length > 0
  const note = blocked ? 'Deal with what blocks it, then make a new plan.' : plan.dataOnRollback
  return (
    <ActionBar
      note={missing ?? (isOutdated ? 'You have chosen otherwise since: make a new plan.' : note)}
      notice={failure ? <ErrorNotice error={failure} actions={replanButton} /> : null}
    >
      <LinkButton
        size="sm"
        variant="default"
        to="/hosts/$hostId/stacks/$project/history/$operationId"
        params={{ ...plan.stack, operationId }}
      >
        Back
      </LinkButton>
      {(blocked || isOutdated) && !failure ? (
        replanButton
      ) : (
        <Button size="sm" color="danger" disabled={failure !== null} onClick={() => setAsking(true)}>
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
        error={null}
        onClose={() => setAsking(false)}
        onConfirm={() => run.mutate({ ...plan.stack, planId: plan.id })}
      >
        {plan.dataOnRollback} {plan.downtime}
      </Confirm>
    </ActionBar>
  )
}
