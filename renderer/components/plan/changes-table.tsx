import { IconArrowRight } from '@tabler/icons-react'
import type { ServiceChange } from '../../../shared/contract/operations.ts'
import { Bytes, Digest, MiddleTruncate } from '../figures.tsx'
import classes from './changes-table.module.css'

/** Image by image: from which digest to which, and what must be downloaded. */
export function ChangesTable({ changes }: { readonly changes: readonly ServiceChange[] }) {
  return (
    <table className={`table ${classes.changes}`} aria-label="Image changes">
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col" className="numeric">
            Download
          </th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={change.service}>
            <td className={classes.service}>
              <MiddleTruncate text={change.service} limit={34} />
            </td>
            <td>
              <Version
                version={change.from.version ?? 'not known'}
                reference={change.from.reference}
                digest={change.from.digest}
              />
            </td>
            <td>
              <span className={classes.to}>
                <IconArrowRight size={14} aria-hidden />
                <Version version={change.to.version} reference={change.to.reference} digest={change.to.digest} />
              </span>
            </td>
            <td className="numeric">
              {change.downloadBytes === null ? 'not known' : <Bytes bytes={change.downloadBytes} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

interface VersionProps {
  readonly version: string
  readonly reference: string
  readonly digest: string | null
}

function Version({ version, reference, digest }: VersionProps) {
  return (
    <span className={classes.version}>
      <span className="mono" title={reference}>
        {version}
      </span>
      {digest ? <Digest digest={digest} /> : <span className={classes.soft}>no digest</span>}
    </span>
  )
}
