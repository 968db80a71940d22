import type { RunbookProblem } from '../../shared/contract/runbooks.ts'
import classes from './problem-list.module.css'

/** What is wrong in a runbook, each with the place in its file. */
export function ProblemList({ problems }: { readonly problems: readonly RunbookProblem[] }) {
  return (
    <ul className={classes.list}>
      {problems.map(({ file, line, column, at, message, expected }) => (
        <li key={`${file} ${line} ${column} ${at} ${message}`}>
          <span className="mono">
            {file}:{line}:{column}
          </span>{' '}
          {at ? <span className="mono">{at}: </span> : null}
          {message}
          {expected ? ` Expected: ${expected}.` : ''}
        </li>
      ))}
    </ul>
  )
}
