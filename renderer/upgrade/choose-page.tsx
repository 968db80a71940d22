import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { StackDetail } from '../../shared/contract/stacks.ts'
import { ActionBar } from '../components/action-bar.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { useVersions } from '../lib/use-operations.ts'
import { type Chosen, findChosen, missingFromChoice, type UpgradeChoice } from './choice.ts'
import { ChooseOptions } from './choose-options.tsx'
import classes from './choose-page.module.css'
import { ChooseServices } from './choose-services.tsx'
import { ChooseVersion } from './choose-version.tsx'
import { CouldNotCheck } from './could-not-check.tsx'
import { JumpPanel } from './jump-panel.tsx'
import { useVersionFacts } from './version-facts.ts'

interface PlanState {
  readonly isPending: boolean
  readonly error: unknown
  /** There was one, and the stack has changed since. */
  readonly isOutdated: boolean
}

interface ChoosePageProps {
  readonly stack: StackDetail
  readonly choice: UpgradeChoice
  readonly onChange: (choice: UpgradeChoice) => void
  readonly plan: PlanState
  readonly onShowPlan: (chosen: Chosen) => void
}

/** Version, services, options: what the plan is made of. */
export function ChoosePage({ stack, choice, onChange, plan, onShowPlan }: ChoosePageProps) {
  const versions = useVersions(stack, choice.services ?? [], choice.services?.length !== 0)
  const checked = versions.data?.kind === 'checked' ? versions.data : undefined
  const names = checked?.versions.map(({ version }) => version) ?? []
  const facts = useVersionFacts(stack.ref, choice.services ?? [], names, checked?.checkedAt)
  const chosen = checked ? findChosen(checked, choice) : null
  // Asked apart: as text, its versions may be those of a version of all.
  const own = chosen && typeof chosen.target !== 'string' ? chosen.target : null
  const ownFacts = useVersionFacts(stack.ref, [], own ? [own] : [], checked?.checkedAt)
  const failure = failureOf(versions)
  const refetch = () => void versions.refetch()

  if (stack.error) {
    return (
      <>
        {noticeOf(plan)}
        <Notice tone="idle" title="An upgrade can be planned when the stack can be read." />
      </>
    )
  }
  const unchecked =
    versions.data?.kind === 'unchecked' ? versions.data : failure && { error: failure, current: stack.version }
  if (unchecked) {
    const { error, current } = unchecked
    return (
      <>
        {noticeOf(plan)}
        <CouldNotCheck error={error} current={current} pending={versions.isFetching} onRetry={refetch} />
      </>
    )
  }
  const missing = missingFromChoice(choice, chosen)
  return (
    <>
      <div className={classes.columns}>
        {checked ? (
          <div className={classes.main}>
            <ChooseVersion
              versions={checked}
              chosen={chosen}
              facts={facts}
              refreshing={versions.isFetching}
              onRefresh={refetch}
              onChoose={(version) => onChange({ ...choice, version })}
            />
            <JumpPanel facts={chosen ? (own ? ownFacts : facts).get(chosen.name) : undefined} apart={own !== null} />
          </div>
        ) : (
          <LoadingAfter what="Asking the registry for versions" />
        )}
        <div className={classes.side}>
          <ChooseServices services={stack.services} choice={choice} onChange={onChange} />
          <ChooseOptions choice={choice} chosen={chosen} onChange={onChange} />
        </div>
      </div>
      <ActionBar note={missing ?? 'The plan shows every change before anything happens.'} notice={noticeOf(plan)}>
        <Button
          size="sm"
          disabled={missing !== null}
          loading={plan.isPending}
          onClick={() => (chosen ? onShowPlan(chosen) : undefined)}
        >
          Show plan
        </Button>
      </ActionBar>
    </>
  )
}

function noticeOf(plan: PlanState): ReactNode {
  const failure = failureOf(plan)
  if (failure) return <ErrorNotice error={failure} />
  if (plan.isPending) {
    return (
      <Notice tone="busy" title="Making the plan">
        Checking the host, the registry and the compose file. Nothing is changed.
      </Notice>
    )
  }
  if (!plan.isOutdated) return null
  return (
    <Notice live tone="warn" title="The plan was put aside: meanwhile the stack has changed">
      Nothing of it was run. Look at what runs now, then show the plan again.
    </Notice>
  )
}
