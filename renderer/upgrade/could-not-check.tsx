import { Button } from '@mantine/core'
import type { ErrorShape } from '../../shared/errors.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Notice } from '../components/notice.tsx'

interface CouldNotCheckProps {
  readonly error: ErrorShape
  readonly current: string | null
  readonly pending: boolean
  readonly onRetry: () => void
}

/** The registry did not answer: a state of its own, neither "up to date" nor "nothing found". */
export function CouldNotCheck({ error, current, pending, onRetry }: CouldNotCheckProps) {
  return (
    <>
      <Notice
        tone="unknown"
        title="Could not check for versions"
        actions={
          <Button loading={pending} onClick={onRetry}>
            Check again
          </Button>
        }
      >
        {current ? `${current} runs. ` : ''}Whether something newer exists is not known.
      </Notice>
      <ErrorNotice error={error} tone="unknown" />
    </>
  )
}
