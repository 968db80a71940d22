import { useParams } from '@tanstack/react-router'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { OperationLive } from '../components/operation/operation-live.tsx'
import { OutcomeBanner } from '../components/operation/outcome-banner.tsx'
import { RollBackLink } from '../components/operation/roll-back-link.tsx'
import { useOperation } from '../lib/use-operation.ts'

/** An operation while it runs, and how it ended. */
export function RunPage() {
  const { hostId, project, operationId } = useParams({ from: '/hosts/$hostId/stacks/$project/run/$operationId' })
  const stackRef = { hostId, project }
  const { data, error } = useOperation(stackRef, operationId)
  return (
    <>
      {error ? <ErrorNotice error={error} tone={data ? 'warn' : 'bad'} /> : null}
      {data?.record || error ? null : <LoadingAfter what="Reading the operation" />}
      {data?.record ? (
        <OutcomeBanner
          record={data.record}
          actions={
            <>
              <RollBackLink record={data.record} />
              <LinkButton
                to="/hosts/$hostId/stacks/$project/history/$operationId"
                params={{ ...stackRef, operationId }}
                variant="default"
              >
                Open in history
              </LinkButton>
            </>
          }
        />
      ) : null}
      {data ? <OperationLive stackRef={stackRef} progress={data} /> : null}
    </>
  )
}
