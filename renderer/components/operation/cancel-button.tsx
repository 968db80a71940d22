import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { OperationRecord } from '../../../shared/contract/operations.ts'
import { failureOf } from '../../lib/calls.ts'
import { cancelEffect } from '../../lib/cancel-effect.ts'
import { orpc } from '../../lib/client.ts'
import { Confirm } from '../confirm.tsx'

interface CancelButtonProps {
  readonly record: OperationRecord
  readonly cancellable: boolean
}

/** Cancels, and says beforehand what that does at this moment. */
export function CancelButton({ record, cancellable }: CancelButtonProps) {
  const [asking, setAsking] = useState(false)
  const cancel = useMutation(orpc.operation.cancel.mutationOptions({ onSuccess: () => setAsking(false) }))
  const rollsBack = cancelEffect(record) === 'roll-back'
  const ref = { ...record.stack, operationId: record.id }
  const label = rollsBack ? 'Cancel and roll back' : 'Cancel'
  if (!cancellable) return null
  return (
    <>
      <Button variant="default" loading={cancel.isPending || cancel.isSuccess} onClick={() => setAsking(true)}>
        {label}…
      </Button>
      <Confirm
        opened={asking}
        title={`Cancel the ${record.kind}?`}
        action={rollsBack ? `Cancel and roll back to ${record.fromVersion}` : 'Stop here'}
        danger={rollsBack}
        pending={cancel.isPending}
        error={failureOf(cancel)}
        onClose={() => setAsking(false)}
        onConfirm={() => cancel.mutate(ref)}
      >
        {record.kind === 'deletion'
          ? 'Slipway stops. What is deleted by then does not come back; what is left can be deleted again.'
          : rollsBack
            ? `Something was changed already, so Slipway undoes it: the files are put back, the services run ${record.fromVersion} again, and its health is gated.`
            : `Nothing was changed yet. Slipway stops, ${isBackingUp(record) ? 'lets everything run again that stands still for the backup, ' : ''}and ${record.fromVersion} goes on running as it is.`}
      </Confirm>
    </>
  )
}

function isBackingUp({ steps }: OperationRecord): boolean {
  return steps.some(({ kind, status }) => kind === 'backup' && status === 'running')
}
