import { IconArrowBackUp, IconHistory } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Panel } from '../components/panel.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { failureOf } from '../lib/calls.ts'
import { dataWords } from '../lib/data-words.ts'
import { count, formatDuration } from '../lib/format.ts'
import { OPERATION_NOUNS } from '../lib/operation-words.ts'
import { OUTCOME_LOOKS } from '../lib/states.ts'
import { useHistory } from '../lib/use-operations.ts'
import classes from './history-page.module.css'
import { findRollbackPoints } from './rollback-points.tsx'

/** Every operation on the stack, by whomever: the journals lie on the host. */
export function HistoryPage() {
  const { hostId, project } = useParams({ from: '/hosts/$hostId/stacks/$project' })
  const stackRef = { hostId, project }
  const history = useHistory(stackRef)
  const failure = failureOf(history) ?? history.data?.error ?? null
  const operations = history.data?.operations ?? []
  const [newestPoint] = findRollbackPoints(operations)
  return (
    <>
      {failure ? <ErrorNotice error={failure} tone={operations.length > 0 ? 'warn' : 'bad'} /> : null}
      {history.isPending ? <LoadingAfter what="Reading the journals on the host" /> : null}
      {history.data && operations.length === 0 && !failure ? (
        <EmptyState
          icon={IconHistory}
          title="No operation yet"
          action={
            <LinkButton to="/hosts/$hostId/stacks/$project/upgrade" params={stackRef}>
              Plan an upgrade
            </LinkButton>
          }
        >
          <p>
            Each upgrade and rollback is written to a journal beside the stack, so that every teammate sees the same
            history.
          </p>
        </EmptyState>
      ) : null}
      {operations.length > 0 ? (
        <Panel
          title="Operations"
          aside={count(operations.length, 'operation')}
          actions={
            newestPoint ? (
              <LinkButton
                to="/hosts/$hostId/stacks/$project/history/$operationId/roll-back"
                params={{ ...stackRef, operationId: newestPoint.id }}
                variant="default"
                leftSection={<IconArrowBackUp size={15} aria-hidden />}
              >
                Roll back
              </LinkButton>
            ) : undefined
          }
          flush
        >
          <Operations operations={operations} />
        </Panel>
      ) : null}
    </>
  )
}

function Operations({ operations }: { readonly operations: readonly OperationSummary[] }) {
  return (
    <table className={`table ${classes.operations}`} aria-label="Operations">
      <thead>
        <tr>
          <th scope="col">Operation</th>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col" className="numeric">
            Took
          </th>
          <th scope="col">Outcome</th>
          <th scope="col">Data</th>
        </tr>
      </thead>
      <tbody>
        {operations.map((operation) => (
          <Row key={operation.id} operation={operation} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ operation }: { readonly operation: OperationSummary }) {
  const { kind, fromVersion, toVersion, deletes, owner, startedAt, endedAt, outcome, reason, weakenings } = operation
  return (
    <tr>
      <td className={classes.what}>
        <Link
          to="/hosts/$hostId/stacks/$project/history/$operationId"
          params={{ ...operation.stack, operationId: operation.id }}
          className={classes.link}
        >
          {OPERATION_NOUNS[kind]}
        </Link>
        <div className="mono">
          {deletes === null ? (
            <>
              <MiddleTruncate text={fromVersion} limit={16} /> → <MiddleTruncate text={toVersion} limit={16} />
            </>
          ) : (
            <MiddleTruncate text={deletes} limit={24} />
          )}
        </div>
      </td>
      <td className={classes.when}>
        <RelativeTime at={startedAt} />
      </td>
      <td>
        <MiddleTruncate text={owner.user} limit={20} />
        <div className={classes.soft}>
          <MiddleTruncate text={owner.machine} limit={22} />
        </div>
      </td>
      <td className="numeric">{endedAt ? formatDuration(Date.parse(endedAt) - Date.parse(startedAt)) : '–'}</td>
      <td>
        <StateBadge look={OUTCOME_LOOKS[outcome]} />
        {reason ? <div className={classes.reason}>{reason}</div> : null}
        {weakenings.map((weakening) => (
          <div key={weakening} className={classes.reason}>
            {weakening}
          </div>
        ))}
      </td>
      <td className={classes.soft}>{dataWords(operation)}</td>
    </tr>
  )
}
