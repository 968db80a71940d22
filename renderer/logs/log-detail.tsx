import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconBraces, IconCheck, IconFilter, IconFilterOff, IconLink, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { FieldCondition, LogLineDetail } from '../../shared/contract/logs.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { ScrollText } from '../components/scroll-text.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { count, formatBytes, formatExact } from '../lib/format.ts'
import { LEVEL_LOOKS } from './level-looks.ts'
import classes from './log-detail.module.css'
import { formatLineTime } from './log-time.ts'
import type { LogView } from './log-view.ts'
import { useLineDetail } from './use-line-detail.ts'

interface LogDetailProps {
  readonly view: LogView
  readonly lineId: number
  /** The address that shows a moment again. */
  readonly addressOf: (time: string) => string
  readonly onCondition: (condition: FieldCondition) => void
  readonly onClose: () => void
}

/** All that is known of one line. */
export function LogDetail({ view, lineId, addressOf, onCondition, onClose }: LogDetailProps) {
  const state = useLineDetail(view, lineId)
  const detail = state?.detail ?? null
  return (
    <aside
      className={classes.panel}
      aria-label="Details of the line"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onClose()
      }}
    >
      <div className={classes.head}>
        <strong className={classes.title}>
          {detail ? `${detail.service}, ${formatLineTime(detail.time, true)}` : 'Details'}
        </strong>
        {detail ? (
          <>
            <CopyAction text={copyText(detail)} label="Copy as JSON" icon={<IconBraces size={15} aria-hidden />} />
            <CopyAction
              text={addressOf(detail.time)}
              label="Copy a link to this moment"
              icon={<IconLink size={15} aria-hidden />}
            />
          </>
        ) : null}
        <Tooltip label="Close (Esc)">
          <ActionIcon aria-label="Close the details" onClick={onClose}>
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.body}>
        {state?.error ? <ErrorNotice error={state.error} /> : null}
        {state?.gone ? <p>This line was let go meanwhile: newer lines took its place in memory.</p> : null}
        {detail ? <DetailBody detail={detail} onCondition={onCondition} /> : null}
        {state === null ? <LoadingAfter what="Reading the line" /> : null}
      </div>
    </aside>
  )
}

interface CopyActionProps {
  readonly text: string
  readonly label: string
  readonly icon: ReactNode
}

function CopyAction({ text, label, icon }: CopyActionProps) {
  const clipboard = useClipboard({ timeout: 1600 })
  return (
    <Tooltip label={clipboard.copied ? 'Copied' : label}>
      <ActionIcon aria-label={label} onClick={() => clipboard.copy(text)}>
        {clipboard.copied ? <IconCheck size={15} aria-hidden /> : icon}
      </ActionIcon>
    </Tooltip>
  )
}

/** A field's value ends here; the whole is in the line as it was written. */
const CUT_LENGTH = 2000
const TRACE_FIELD = /(?:^|\.)(?:stack|stack_?trace|exception|exc_info|traceback)$/i

function DetailBody({ detail, onCondition }: { detail: LogLineDetail; onCondition: LogDetailProps['onCondition'] }) {
  const { allFields, json, text, extraLines } = detail
  // In JSON its lines are one, which nobody can read.
  const trace = allFields.find(({ field, value }) => TRACE_FIELD.test(field) && value.includes('\n'))
  return (
    <>
      <p className={classes.message}>{detail.message}</p>
      {detail.note === null ? null : <p>{detail.note}</p>}
      <Facts detail={detail} />
      {allFields.length > 0 ? (
        <>
          <h2 className={classes.section}>Fields</h2>
          <Fields fields={allFields} onCondition={onCondition} />
        </>
      ) : null}
      {trace === undefined ? null : (
        <>
          <Heading title="Stack trace" text={trace.value} />
          <ScrollText
            text={trace.value.length < CUT_LENGTH ? trace.value : `${trace.value}…`}
            label={`The stack trace in ${trace.field}`}
            tall
          />
        </>
      )}
      {json === null ? null : (
        <>
          <Heading title="JSON" text={json} />
          <ScrollText text={json} label="The line as JSON" tall />
        </>
      )}
      <Heading title={extraLines > 0 ? `As written, ${count(extraLines + 1, 'line')}` : 'As written'} text={text} />
      <ScrollText text={text} label="The line as it was written" tall />
    </>
  )
}

function Heading({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <h2 className={classes.section}>
      {title} <CopyButton text={text} label={`Copy: ${title}`} />
    </h2>
  )
}

function Facts({ detail }: { readonly detail: LogLineDetail }) {
  const { level, time, service, container, stream, format, sizeBytes } = detail
  return (
    <dl className={classes.facts}>
      <dt>Level</dt>
      <dd>{level === null ? 'The line says none' : <StateBadge look={LEVEL_LOOKS[level]} />}</dd>
      <dt>Time</dt>
      <dd>
        {formatExact(time)}
        <div className="mono">{time}</div>
      </dd>
      <dt>Service</dt>
      <dd>{service}</dd>
      <dt>Container</dt>
      <dd className="mono">{container}</dd>
      <dt>Stream</dt>
      <dd>{stream}</dd>
      <dt>Format</dt>
      <dd>{format}</dd>
      <dt>Size</dt>
      <dd>{formatBytes(sizeBytes)}</dd>
    </dl>
  )
}

interface FieldsProps {
  readonly fields: LogLineDetail['allFields']
  readonly onCondition: LogDetailProps['onCondition']
}

function Fields({ fields, onCondition }: FieldsProps) {
  return (
    <ul className={classes.fields} aria-label="Fields of the line">
      {fields.map(({ field, value }) => (
        <li key={field} className={classes.field}>
          <span className={classes.name}>{field}</span>
          <span className={classes.value} title={value}>
            {value}
          </span>
          <span className={classes.buttons}>
            <Tooltip label={`Only lines with this ${field}`}>
              <ActionIcon
                aria-label={`Filter by ${field}`}
                onClick={() => onCondition({ field, value, exclude: false })}
              >
                <IconFilter size={14} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={`No lines with this ${field}`}>
              <ActionIcon
                aria-label={`Exclude by ${field}`}
                onClick={() => onCondition({ field, value, exclude: true })}
              >
                <IconFilterOff size={14} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </span>
        </li>
      ))}
    </ul>
  )
}

/** The line as its logger wrote it where that is JSON; else all that is known of it, as JSON. */
function copyText({ json, time, service, container, stream, level, message, text }: LogLineDetail): string {
  return json ?? JSON.stringify({ time, service, container, stream, level, message, text }, null, 2)
}
