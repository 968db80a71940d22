import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackDetail } from '../../shared/contract/stacks.ts'
import { InterruptedNotice } from '../components/interrupted-notice.tsx'
import { LinkButton } from '../components/link-button.tsx'

interface InterruptedBannerProps {
  readonly stack: StackDetail
  readonly operation: OperationSummary
}

/** An unfinished operation, at the top of every tab until somebody decides. */
export function InterruptedBanner({ stack, operation }: InterruptedBannerProps) {
  return (
    <InterruptedNotice operation={{ ...operation, stack: stack.ref }}>
      <LinkButton
        to="/hosts/$hostId/stacks/$project/history/$operationId"
        params={{ ...stack.ref, operationId: operation.id }}
        variant="default"
      >
        See what happened
      </LinkButton>
    </InterruptedNotice>
  )
}
