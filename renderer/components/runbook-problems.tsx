import { useQuery } from '@tanstack/react-query'
import { orpc } from '../lib/client.ts'
import { count } from '../lib/format.ts'
import { Notice } from './notice.tsx'
import { ProblemList } from './problem-list.tsx'

/** They are files of this computer, edited with any editor. */
const READ_AGAIN_MS = 5_000

/** Runbooks that were written but cannot be used: without a word, stacks would quietly be operated without them. */
export function RunbookProblems() {
  const { data } = useQuery({ ...orpc.runbook.list.queryOptions(), refetchInterval: READ_AGAIN_MS })
  const problems = data?.problems ?? []
  if (problems.length === 0) return null
  return (
    <Notice tone="warn" title={`${count(problems.length, 'problem')} in your runbooks`}>
      <ProblemList problems={problems} />
    </Notice>
  )
}
