import { Button, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ReplacedData } from '../../shared/contract/backups.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Bytes, FittedName, MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { useReplaced } from '../lib/use-operations.ts'
import { DeleteReplaced } from './delete-replaced.tsx'
import { KIND_WORDS } from './kind-words.ts'
import classes from './replaced-panel.module.css'

/** What restores have put aside, which nothing uses any more: as large as the data itself, so that somebody should know. */
export function ReplacedPanel({ stackRef }: { readonly stackRef: StackRef }) {
  const [chosen, setChosen] = useState<ReplacedData | null>(null)
  const list = useReplaced(stackRef)
  const failure = failureOf(list) ?? list.data?.error ?? null
  const replaced = list.data?.replaced ?? []
  return (
    <>
      {failure ? <ErrorNotice error={failure} tone="warn" /> : null}
      {replaced.length > 0 ? (
        <Panel
          title="Replaced data"
          aside="Put aside by restores, and used by nothing. That of the last three is kept."
          flush
        >
          <table className={`table ${classes.replaced}`} aria-label="Replaced data">
            <thead>
              <tr>
                <th scope="col">Data set</th>
                <th scope="col">Kept as</th>
                <th scope="col">Replaced</th>
                <th scope="col" className="numeric">
                  Size
                </th>
                <th scope="col">
                  <VisuallyHidden>Delete</VisuallyHidden>
                </th>
              </tr>
            </thead>
            <tbody>
              {replaced.map((one) => (
                <Row key={one.name} stackRef={stackRef} replaced={one} onDelete={() => setChosen(one)} />
              ))}
            </tbody>
          </table>
        </Panel>
      ) : null}
      <DeleteReplaced stackRef={stackRef} replaced={chosen} onClose={() => setChosen(null)} />
    </>
  )
}

interface RowProps {
  readonly stackRef: StackRef
  readonly replaced: ReplacedData
  readonly onDelete: () => void
}

function Row({ stackRef, replaced, onDelete }: RowProps) {
  const { operationId, dataset, kind, name, at } = replaced
  const measure = useQuery(orpc.replaced.measure.queryOptions({ input: { ...stackRef, operationId, name } }))
  const service = measure.data?.service
  return (
    <tr>
      <td className={classes.whole}>
        <MiddleTruncate text={dataset} limit={26} />
        <div className={classes.soft}>
          {KIND_WORDS[kind]}
          {service === undefined ? '' : ` of ${service}`}
        </div>
      </td>
      <td className={classes.kept}>
        <span className={`${classes.name} mono`}>
          <FittedName text={name} />
          <CopyButton text={name} label="Copy the name" />
        </span>
      </td>
      <td className={classes.whole}>
        <RelativeTime at={at} />
        <div>
          <Link
            to="/hosts/$hostId/stacks/$project/history/$operationId"
            params={{ ...stackRef, operationId }}
            className={classes.link}
          >
            during the {kindOfOperation(operationId)}
          </Link>
        </div>
      </td>
      <td className="numeric">
        <Size bytes={measure.data?.bytes} why={failureOf(measure)?.message ?? null} />
      </td>
      <td className={classes.action}>
        <Button variant="default" aria-label={`Delete ${name}…`} onClick={onDelete}>
          Delete…
        </Button>
      </td>
    </tr>
  )
}

/** `upgrade` of `20261121T061502Z-upgrade-3f9a1c`. */
function kindOfOperation(id: string): string {
  return id.split('-').slice(1, -1).join(' ')
}

interface SizeProps {
  /** Null: it is gone. Undefined: nobody has looked yet, or could. */
  readonly bytes: number | null | undefined
  readonly why: string | null
}

function Size({ bytes, why }: SizeProps) {
  if (why !== null) {
    return (
      <>
        not known
        <div className={classes.why}>{why}</div>
      </>
    )
  }
  if (bytes === undefined) return <span className={classes.soft}>looking…</span>
  return bytes === null ? 'gone' : <Bytes bytes={bytes} />
}
