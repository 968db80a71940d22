import { useNavigate } from '@tanstack/react-router'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { readJournalsAgain } from './journals.ts'

/** Goes where an operation that has begun can be watched. */
export function useShowRun({ hostId, project }: StackRef) {
  const navigate = useNavigate()
  return async ({ operationId }: { readonly operationId: string }) => {
    const params = { hostId, project, operationId }
    await navigate({ to: '/hosts/$hostId/stacks/$project/run/$operationId', params })
    void readJournalsAgain()
  }
}
