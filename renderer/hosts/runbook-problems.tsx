import { useQuery } from '@tanstack/react-query'
import { Notice } from '../components/notice.tsx'
import { orpc } from '../lib/client.ts'
import { count } from '../lib/format.ts'
import classes from './runbook-problems.module.css'

/** Runbooks that were written but cannot be used: without a word, stacks would quietly be operated without them. */
export function RunbookProblems() {
  const problems = useQuery(orpc.runbook.list.queryOptions()).data?.problems ?? []
  if (problems.length === 0) return null
  return (
    <Notice tone="warn" title={`${count(problems.length, 'problem')} in your runbooks`}>
      <ul className={classes.list}>
        {problems.map(({ file, line, column, at, message, expected }) => (
          <li key={`${file} ${line} ${column} ${at}`}>
            <span className="mono">
              {file}:{line}:{column}
            </span>{' '}
            {at ? <span className="mono">{at}: </span> : null}
            {message}
            {expected ? ` Expected: ${expected}.` : ''}
          </li>
        ))}
      </ul>
    </Notice>
  )
}
