import type { Plan } from '../../../shared/contract/operations.ts'
import { count } from '../../lib/format.ts'
import { planSentence } from '../../lib/plan-sentence.ts'
import { DiffView } from '../diff-view.tsx'
import { FactList } from '../fact-list.tsx'
import { Notice } from '../notice.tsx'
import { Panel } from '../panel.tsx'
import { ChangesTable } from './changes-table.tsx'
import { JumpList } from './jump-list.tsx'
import { PlanSteps } from './plan-steps.tsx'
import classes from './plan-view.module.css'
import { PreflightList } from './preflight-list.tsx'

/** Everything that an operation will do, before it does it. */
export function PlanView({ plan }: { readonly plan: Plan }) {
  return (
    <>
      {plan.blockers.length > 0 ? (
        <Notice tone="bad" title="This plan cannot run">
          <ul className={classes.sentences}>
            {plan.blockers.map((blocker) => (
              <li key={blocker}>{blocker}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {plan.weakenings.length > 0 ? (
        <Notice tone="warn" title="Less safe by your choice">
          <ul className={classes.sentences}>
            {plan.weakenings.map((weakening) => (
              <li key={weakening}>{weakening}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <Panel title="What will happen">
        <p className={classes.sentence}>{planSentence(plan)}</p>
        <FactList
          facts={[
            ['Downtime', plan.downtime],
            [plan.kind === 'deletion' ? 'Data' : 'Data on rollback', plan.dataOnRollback],
          ]}
        />
      </Panel>
      {plan.jump && plan.jump.reasons.length > 0 ? (
        <Panel title="What the jump means" flush>
          <JumpList jump={plan.jump} />
        </Panel>
      ) : null}
      <Panel title="Preflight" flush>
        <PreflightList results={plan.preflight} />
      </Panel>
      {plan.kind === 'deletion' ? null : <Changes plan={plan} />}
      <Panel title="Steps" aside={`${plan.steps.length} in this order`} flush>
        <PlanSteps steps={plan.steps} />
      </Panel>
    </>
  )
}

/** What of the stack itself becomes another. */
function Changes({ plan }: { readonly plan: Plan }) {
  return (
    <>
      <Panel title="Images" aside={count(plan.changes.length, 'service')} flush>
        <ChangesTable changes={plan.changes} />
      </Panel>
      <Panel title="Files" aside={plan.edits.length === 0 ? 'No file is edited.' : count(plan.edits.length, 'file')}>
        <div className={classes.edits}>
          {plan.edits.map((edit) => (
            <DiffView key={edit.path} path={edit.path} diff={edit.diff} />
          ))}
        </div>
      </Panel>
    </>
  )
}
