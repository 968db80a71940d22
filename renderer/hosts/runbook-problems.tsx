import { useQuery } from '@tanstack/react-query'
import { Notice } from '../components/notice.tsx'
import { ProblemList } from '../components/problem-list.tsx'
import { orpc } from '../lib/client.ts'
import { count } from '../lib/format.ts'

/** Runbooks that were written but cannot be used: without a word, stacks would quietly be operated without them. */
export function RunbookProblems() {
  const problems = useQuery(orpc.runbook.list.queryOptions()).data?.problems ?? []
  if (problems.length === 0) return null
  return (
    <Notice tone="warn" title={`${count(problems.length, 'problem')} in your runbooks`}>
      <ProblemList problems={problems} />
    </Notice>
  )
}
