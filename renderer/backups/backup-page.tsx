import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { BackupView } from '../../shared/contract/backups.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FactList } from '../components/fact-list.tsx'
import { Bytes, Digest, MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { count, formatExact } from '../lib/format.ts'
import { OPERATION_NOUNS } from '../lib/operation-words.ts'
import classes from './backup-page.module.css'
import { DatasetPanel } from './dataset-panel.tsx'

/** One backup set: what it holds, how each part was proven, and what has to be kept with it. */
export function BackupPage() {
  const { hostId, project, backupId } = useParams({ from: '/hosts/$hostId/stacks/$project/backups/$backupId' })
  const backup = useQuery(orpc.backup.get.queryOptions({ input: { hostId, project, backupId } }))
  const failure = failureOf(backup)
  if (failure) return <ErrorNotice error={failure} />
  if (!backup.data) return <LoadingAfter what="Reading the backup's manifest" />
  const { datasets, keepWith, pins, files } = backup.data
  return (
    <>
      <Panel title={`Backup of ${formatExact(backup.data.createdAt)}`}>
        <Facts backup={backup.data} params={{ hostId, project }} />
      </Panel>
      {keepWith.length > 0 ? (
        <Notice tone="warn" title="Useless without these secrets">
          <p className={classes.note}>The set holds their names only. Keep their values elsewhere, with it.</p>
          <ul className={classes.secrets}>
            {keepWith.map(({ id, title, service, variable }) => (
              <li key={id}>
                {title ?? id}: <span className="mono">{variable}</span> of {service}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {datasets.map((dataset) => (
        <DatasetPanel key={dataset.id} dataset={dataset} />
      ))}
      <Panel title="What ran" aside={count(pins.length, 'service')} flush>
        <table className="table" aria-label="What ran">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Image</th>
              <th scope="col">Digest</th>
            </tr>
          </thead>
          <tbody>
            {pins.map(({ service, reference, digest }) => (
              <tr key={service}>
                <td>{service}</td>
                <td>
                  <MiddleTruncate mono text={reference} limit={70} />
                </td>
                <td>{digest === null ? 'built here' : <Digest digest={digest} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
      <Panel title="Files kept with it" aside="On the host only: they hold secrets." flush>
        <table className="table" aria-label="Files kept with it">
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col">SHA-256</th>
              <th scope="col" className="numeric">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {files.map(({ path, sha256, sizeBytes }) => (
              <tr key={path}>
                <td>
                  <MiddleTruncate mono text={path} limit={70} />
                </td>
                <td>
                  <Digest digest={sha256} />
                </td>
                <td className="numeric">
                  <Bytes bytes={sizeBytes} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  )
}

interface FactsProps {
  readonly backup: BackupView
  readonly params: { readonly hostId: string; readonly project: string }
}

function Facts({ backup, params }: FactsProps) {
  const { id, createdAt, madeBy, owner, version, nextVersion, sizeBytes, folder, stoodStill } = backup
  const kind = madeBy === null ? 'Operation' : OPERATION_NOUNS[madeBy]
  return (
    <FactList
      facts={[
        ['Data of', <span key="version" className="mono">{`${version ?? 'a version that is not known'}`}</span>],
        [
          'Made before',
          <Link
            key="operation"
            to="/hosts/$hostId/stacks/$project/history/$operationId"
            params={{ ...params, operationId: id }}
          >
            {kind}
            {nextVersion === null ? '' : ` to ${nextVersion}`}
          </Link>,
        ],
        [
          'Made',
          <span key="made">
            <RelativeTime at={createdAt} />
            {owner === null ? '' : ` by ${owner.user} on ${owner.machine}`}
          </span>,
        ],
        ['Size', <Bytes key="size" bytes={sizeBytes} />],
        ['Stood still', stoodStill.length === 0 ? 'Nothing: it was taken while all ran' : stoodStill.join(', ')],
        [
          'Folder',
          <span key="folder" className={classes.folder}>
            <MiddleTruncate mono text={folder} limit={80} />
            <CopyButton text={folder} label="Copy the folder" />
          </span>,
        ],
      ]}
    />
  )
}
