import { Link } from '@tanstack/react-router'
import type { HostView } from '../../shared/contract/hosts.ts'
import type { StackSummary } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { HEALTH_LOOKS } from '../lib/states.ts'
import { useStacks } from '../lib/use-hosts.ts'
import classes from './stacks-table.module.css'

/** The stacks of one host. While the host is away the last picture stays, and says so. */
export function StacksTable({ host }: { readonly host: HostView }) {
  const { data, error } = useStacks(host.id)
  const failure = error ?? data?.error ?? null
  const connected = host.status.kind === 'connected' && host.engine.kind === 'ready'
  const stacks = data?.stacks ?? []
  return (
    <>
      {failure && connected ? (
        <div className={classes.note}>
          <ErrorNotice error={failure} />
        </div>
      ) : null}
      {stacks.length > 0 ? <Rows stacks={stacks} stale={!connected} hostLabel={host.label} /> : null}
      {stacks.length === 0 && connected && !failure ? (
        <div className={classes.note}>
          {!data || data.loading ? (
            <LoadingAfter what="Looking for Compose stacks" />
          ) : (
            <p className={classes.none}>
              No Compose stack runs on this host.{' '}
              <Link to="/hosts/$hostId" params={{ hostId: host.id }}>
                Add one by its directory
              </Link>
            </p>
          )}
        </div>
      ) : null}
      {stacks.length === 0 && !connected ? (
        <p className={classes.none}>Its stacks are shown once it is connected.</p>
      ) : null}
    </>
  )
}

interface RowsProps {
  readonly stacks: readonly StackSummary[]
  readonly stale: boolean
  readonly hostLabel: string
}

function Rows({ stacks, stale, hostLabel }: RowsProps) {
  return (
    <>
      {stale && stacks.some(({ picture }) => picture === 'last') ? (
        <p className={classes.stale}>Last picture, from before the connection was lost.</p>
      ) : null}
      <table className={`table ${classes.stacks}`} aria-label={`Stacks on ${hostLabel}`}>
        <thead>
          <tr>
            <th scope="col">Stack</th>
            <th scope="col">Version</th>
            <th scope="col">Health</th>
            <th scope="col">Since</th>
            <th scope="col" className="numeric">
              Services
            </th>
            <th scope="col">Under way</th>
          </tr>
        </thead>
        <tbody>
          {stacks.map((stack) => (
            <Row key={stack.ref.project} stack={stack} />
          ))}
        </tbody>
      </table>
    </>
  )
}

function Row({ stack }: { readonly stack: StackSummary }) {
  return (
    <tr>
      <td>
        <Link to="/hosts/$hostId/stacks/$project" params={stack.ref} className={classes.name}>
          <MiddleTruncate text={stack.name} limit={34} />
        </Link>
        <div className={classes.soft}>
          <MiddleTruncate text={stack.directory} limit={40} mono />
        </div>
      </td>
      <td className="mono">{stack.version ? <MiddleTruncate text={stack.version} limit={24} /> : 'not known'}</td>
      <td>
        <StateBadge look={HEALTH_LOOKS[stack.health]} />
        {stack.health === 'healthy' ? null : <div className={classes.reason}>{stack.healthReason}</div>}
      </td>
      <td className={classes.time}>{stack.since ? <RelativeTime at={stack.since} /> : 'not known'}</td>
      <td className="numeric">
        {stack.picture === 'none' ? 'not known' : `${stack.runningServices} of ${stack.totalServices}`}
      </td>
      <td>
        {stack.operation ? <UnderWay operation={stack.operation} /> : <span className={classes.soft}>Nothing</span>}
      </td>
    </tr>
  )
}

function UnderWay({ operation }: { readonly operation: NonNullable<StackSummary['operation']> }) {
  const what = operation.kind.slice(0, 1).toUpperCase() + operation.kind.slice(1)
  if (operation.stale) return <span>{what}, interrupted</span>
  return (
    <span>
      {what} by {operation.mine ? 'you' : operation.owner}
    </span>
  )
}
