import { IconArrowBackUp } from '@tabler/icons-react'
import type { OperationRecord } from '../../../shared/contract/operations.ts'
import { LinkButton } from '../link-button.tsx'

/** Leads to the plan of a rollback, while the rollback point is kept: after a failed rollback too. */
export function RollBackLink({ record }: { readonly record: OperationRecord }) {
  if (!record.canRollBack) return null
  return (
    <LinkButton
      to="/hosts/$hostId/stacks/$project/history/$operationId/roll-back"
      params={{ ...record.stack, operationId: record.id }}
      variant="default"
      leftSection={<IconArrowBackUp size={15} aria-hidden />}
    >
      {record.outcome === 'rollback-failed' ? 'Roll back again' : 'Roll back to before this'}
    </LinkButton>
  )
}
