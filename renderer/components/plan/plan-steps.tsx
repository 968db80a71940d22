import type { PlanStep } from '../../../shared/contract/operations.ts'
import { CommandBlock } from '../command-block.tsx'
import { Disclosure } from '../disclosure.tsx'
import classes from './plan-steps.module.css'

/** The steps in order: what each does, what undoes it, and how to do it by hand. */
export function PlanSteps({ steps }: { readonly steps: readonly PlanStep[] }) {
  return (
    <ol className={classes.list}>
      {steps.map((step, index) => (
        <li key={step.id} className={classes.step}>
          <span className={classes.number} aria-hidden>
            {index + 1}
          </span>
          <div className={classes.content}>
            <div className={classes.title}>{step.title}</div>
            <div>{step.detail}</div>
            <div className={classes.undo}>
              {step.undo ? `Undone by: ${step.undo}` : 'Changes nothing that needs undoing.'}
            </div>
            {step.commands.length > 0 ? (
              <Disclosure label="Show commands">
                <CommandBlock commands={step.commands} label={`Commands for: ${step.title}`} />
              </Disclosure>
            ) : null}
          </div>
        </li>
      ))}
    </ol>
  )
}
