import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { OperationRecord } from '../../shared/contract/operations.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { ScrollText } from '../components/scroll-text.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { formatBytes } from '../lib/format.ts'
import classes from './attachments.module.css'

/** Logs and health output that were kept with the record. */
export function Attachments({ record }: { readonly record: OperationRecord }) {
  const { attachments } = record
  const [name, setName] = useState<string | null>(null)
  const chosen = attachments.find((attachment) => attachment.name === name) ?? attachments[0]
  if (!chosen) {
    return (
      <p className={classes.none}>Nothing was kept with this operation. When a gate fails, the last log lines are.</p>
    )
  }
  return (
    <div className={classes.columns}>
      <ul className={classes.list}>
        {attachments.map((attachment) => (
          <li key={attachment.name}>
            <Button
              variant={attachment === chosen ? 'light' : 'subtle'}
              color="gray"
              fullWidth
              justify="space-between"
              aria-pressed={attachment === chosen}
              rightSection={<span className={classes.size}>{formatBytes(attachment.sizeBytes)}</span>}
              onClick={() => setName(attachment.name)}
            >
              {attachment.title}
            </Button>
          </li>
        ))}
      </ul>
      <Attachment key={chosen.name} record={record} name={chosen.name} title={chosen.title} />
    </div>
  )
}

interface AttachmentProps {
  readonly record: OperationRecord
  readonly name: string
  readonly title: string
}

function Attachment({ record, name, title }: AttachmentProps) {
  const attachment = useQuery(
    orpc.history.attachment.queryOptions({ input: { ...record.stack, operationId: record.id, name } }),
  )
  const failure = failureOf(attachment)
  if (failure) return <ErrorNotice error={failure} />
  if (!attachment.data) return <LoadingAfter what={`Reading ${title}`} />
  const { text, truncated } = attachment.data
  return (
    <Panel title={`File: ${name}`} actions={<CopyButton text={text} label="Copy all" />}>
      {truncated ? <Notice tone="idle" title="Only the end was kept." /> : null}
      <ScrollText text={text} label={title} tall />
    </Panel>
  )
}
