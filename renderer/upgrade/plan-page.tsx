import { Button } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import type { Plan } from '../../shared/contract/operations.ts'
import { ActionBar } from '../components/action-bar.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { RelativeTime } from '../components/figures.tsx'
import { PlanView } from '../components/plan/plan-view.tsx'
import { failureOf } from '../lib/calls.ts'
import { count } from '../lib/format.ts'
import { goesApart } from '../lib/plan-sentence.ts'

interface PlanPageProps {
  readonly plan: Plan
  readonly run: { readonly isPending: boolean; readonly isSuccess: boolean; readonly error: unknown }
  readonly replanning: boolean
  readonly onRun: () => void
  readonly onReplan: () => void
  readonly onBack: () => void
}

/** The plan and the one button that runs it. */
export function PlanPage({ plan, run, replanning, onRun, onReplan, onBack }: PlanPageProps) {
  const failure = failureOf(run)
  const blocked = plan.blockers.length > 0
  const downgrade = plan.relation === 'downgrade'
  const replan = (
    <Button size="sm" loading={replanning} onClick={onReplan}>
      Make a new plan
    </Button>
  )
  return (
    <>
      <PlanView plan={plan} />
      <ActionBar
        notice={failure ? <ErrorNotice error={failure} actions={replan} /> : null}
        note={
          blocked ? (
            'Deal with what blocks it, then make a new plan.'
          ) : (
            <>
              Planned <RelativeTime at={plan.createdAt} />. Nothing has been changed yet.
            </>
          )
        }
      >
        <Button size="sm" variant="default" leftSection={<IconArrowLeft size={15} aria-hidden />} onClick={onBack}>
          Change the choice
        </Button>
        {blocked ? (
          replan
        ) : (
          <Button
            size="sm"
            color={downgrade ? 'danger' : 'accent'}
            loading={run.isPending || run.isSuccess}
            disabled={failure !== null}
            onClick={onRun}
          >
            {downgrade ? 'Downgrade' : 'Upgrade'}{' '}
            {goesApart(plan.changes) ? count(plan.changes.length, 'service') : `to ${plan.toVersion}`}
          </Button>
        )}
      </ActionBar>
    </>
  )
}
