import { IconDatabaseOff } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { Fragment } from 'react'
import type { BackupSummary } from '../../shared/contract/backups.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { EmptyState } from '../components/empty-state.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Bytes, MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { failureOf } from '../lib/calls.ts'
import { count, formatExact } from '../lib/format.ts'
import { OPERATION_NOUNS } from '../lib/operation-words.ts'
import { useBackups } from '../lib/use-operations.ts'
import classes from './backups-page.module.css'
import { ReplacedPanel } from './replaced-panel.tsx'

/** The backup sets of a stack: each was made, and proven, by an operation. */
export function BackupsPage() {
  const { hostId, project } = useParams({ from: '/hosts/$hostId/stacks/$project' })
  const stackRef = { hostId, project }
  const list = useBackups(stackRef)
  const failure = failureOf(list) ?? list.data?.error ?? null
  const backups = list.data?.backups ?? []
  const incomplete = list.data?.incomplete ?? []
  return (
    <>
      {failure ? <ErrorNotice error={failure} tone={backups.length > 0 ? 'warn' : 'bad'} /> : null}
      {list.isPending ? <LoadingAfter what="Reading the backups on the host" /> : null}
      {incomplete.length > 0 ? (
        <Notice tone="warn" title={`${count(incomplete.length, 'folder')} without a complete backup`}>
          Left by an operation that was stopped; nothing is restored from them:{' '}
          <span className="mono">{incomplete.join(', ')}</span>
        </Notice>
      ) : null}
      {list.data && backups.length === 0 && !failure ? (
        <EmptyState icon={IconDatabaseOff} title="No backup yet">
          <p>Each upgrade and each rollback backs the data up first, on the host, and keeps the set here.</p>
        </EmptyState>
      ) : null}
      {backups.length > 0 ? (
        <Panel title="Backup sets" aside={`${count(backups.length, 'set')} on the host`} flush>
          <table className={`table ${classes.backups}`} aria-label="Backup sets">
            <thead>
              <tr>
                <th scope="col">Made</th>
                <th scope="col">Holds the data of</th>
                <th scope="col">Before</th>
                <th scope="col">Data sets</th>
                <th scope="col" className="numeric">
                  Size
                </th>
              </tr>
            </thead>
            <tbody>
              {backups.map((backup) => (
                <Row key={backup.id} stackRef={stackRef} backup={backup} />
              ))}
            </tbody>
          </table>
        </Panel>
      ) : null}
      {list.data ? <ReplacedPanel stackRef={stackRef} /> : null}
    </>
  )
}

function Row({ stackRef, backup }: { readonly stackRef: StackRef; readonly backup: BackupSummary }) {
  const { id, createdAt, owner, version, madeBy, nextVersion, sizeBytes, datasets, warnings } = backup
  return (
    <tr>
      <td className={classes.made}>
        <Link
          to="/hosts/$hostId/stacks/$project/backups/$backupId"
          params={{ ...stackRef, backupId: id }}
          className={classes.link}
        >
          {formatExact(createdAt)}
        </Link>
        <div className={classes.soft}>
          <RelativeTime at={createdAt} />
          {owner === null ? null : (
            <>
              {' '}
              by <MiddleTruncate text={owner.user} limit={20} />
            </>
          )}
        </div>
      </td>
      <td className="mono">{version === null ? 'not known' : <MiddleTruncate text={version} limit={18} />}</td>
      <td className={classes.made}>
        {madeBy === null ? 'not known' : OPERATION_NOUNS[madeBy]}
        {nextVersion === null ? null : (
          <div className="mono">
            → <MiddleTruncate text={nextVersion} limit={18} />
          </div>
        )}
      </td>
      <td>
        {datasets.map(({ id: dataset }, index) => (
          <Fragment key={dataset}>
            {index === 0 ? '' : ', '}
            <span className={classes.dataset}>{dataset}</span>
          </Fragment>
        ))}
        {warnings > 0 ? <div className={classes.warned}>{count(warnings, 'warning')}</div> : null}
      </td>
      <td className="numeric">
        <Bytes bytes={sizeBytes} />
      </td>
    </tr>
  )
}
