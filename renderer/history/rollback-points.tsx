import { Radio } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import { useHistory } from '../lib/use-operations.ts'
import classes from './rollback-points.module.css'

interface RollbackPointsProps {
  readonly stackRef: StackRef
  /** The operation whose rollback point is chosen. */
  readonly chosen: string
}

/** Where it can go back to: the rollback point of each operation that still has one, newest first. */
export function RollbackPoints({ stackRef, chosen }: RollbackPointsProps) {
  const navigate = useNavigate()
  const history = useHistory(stackRef)
  const points = findRollbackPoints(history.data?.operations ?? [])
  if (points.length < 2) return null
  return (
    <Panel title="Go back to" aside="The last three rollback points are kept." flush>
      <Radio.Group
        aria-label="Go back to"
        value={chosen}
        onChange={(operationId) =>
          void navigate({
            to: '/hosts/$hostId/stacks/$project/history/$operationId/roll-back',
            params: { ...stackRef, operationId },
            replace: true,
          })
        }
      >
        {points.map((point) => (
          <div key={point.id} className={classes.point}>
            <Radio
              value={point.id}
              label={
                <span className="mono">
                  <MiddleTruncate text={point.fromVersion} limit={30} />
                </span>
              }
            />
            <span className={classes.soft}>
              as before the {point.kind} to {point.toVersion} by {point.owner.user},{' '}
              <RelativeTime at={point.startedAt} />
            </span>
            <span className={classes.soft}>{point.backupId === null ? 'without a backup' : 'with a backup'}</span>
          </div>
        ))}
      </Radio.Group>
    </Panel>
  )
}

/** Operations whose rollback point is kept and would change something, newest first. */
export function findRollbackPoints(operations: readonly OperationSummary[]): OperationSummary[] {
  return operations
    .filter(({ canRollBack }) => canRollBack)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))
}
