import { Tabs } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import type { OperationRecord } from '../../shared/contract/operations.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FactList } from '../components/fact-list.tsx'
import { MiddleTruncate, RelativeTime } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { OperationLive } from '../components/operation/operation-live.tsx'
import { OutcomeBanner } from '../components/operation/outcome-banner.tsx'
import { RollBackLink } from '../components/operation/roll-back-link.tsx'
import { Panel } from '../components/panel.tsx'
import { dataWords } from '../lib/data-words.ts'
import { formatExact } from '../lib/format.ts'
import { OPERATION_NOUNS } from '../lib/operation-words.ts'
import { useOperation } from '../lib/use-operation.ts'
import { Attachments } from './attachments.tsx'
import { Journal } from './journal.tsx'
import classes from './operation-page.module.css'
import { RecordedPlan } from './recorded-plan.tsx'

/** One operation as it was recorded: steps with their evidence, plan, journal, attachments. */
export function OperationPage() {
  const { hostId, project, operationId } = useParams({ from: '/hosts/$hostId/stacks/$project/history/$operationId' })
  const stackRef = { hostId, project }
  const { data, error } = useOperation(stackRef, operationId)
  const record = data?.record
  if (!data || !record) {
    return error ? <ErrorNotice error={error} /> : <LoadingAfter what="Reading the operation's journal" />
  }
  return (
    <>
      <OutcomeBanner record={record} actions={record.canRollBack ? <RollBackLink record={record} /> : undefined} />
      <Panel title={`${OPERATION_NOUNS[record.kind]} of ${formatExact(record.startedAt)}`}>
        <Facts record={record} />
      </Panel>
      <Tabs defaultValue="steps" keepMounted={false}>
        <Tabs.List aria-label="Parts of the record">
          <Tabs.Tab value="steps">Steps</Tabs.Tab>
          <Tabs.Tab value="plan">Plan</Tabs.Tab>
          <Tabs.Tab value="journal">Journal</Tabs.Tab>
          <Tabs.Tab value="attachments">Attachments ({record.attachments.length})</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="steps" className={classes.panel}>
          <OperationLive stackRef={stackRef} progress={data} />
        </Tabs.Panel>
        <Tabs.Panel value="plan" className={classes.panel}>
          <RecordedPlan operation={{ ...stackRef, operationId }} />
        </Tabs.Panel>
        <Tabs.Panel value="journal" className={classes.panel}>
          <Journal operation={{ ...stackRef, operationId }} outcome={record.outcome} />
        </Tabs.Panel>
        <Tabs.Panel value="attachments" className={classes.panel}>
          <Attachments record={record} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}

function Facts({ record }: { readonly record: OperationRecord }) {
  return (
    <FactList
      facts={[
        record.deletes === null
          ? ['Versions', <span key="versions" className="mono">{`${record.fromVersion} → ${record.toVersion}`}</span>]
          : ['Deletes', <MiddleTruncate key="deletes" mono text={record.deletes} limit={80} />],
        ['Who', `${record.owner.user} on ${record.owner.machine}`],
        ['Began', <RelativeTime key="began" at={record.startedAt} />],
        ...(record.deletes === null ? describeData(record) : []),
        [
          'Operation',
          <span key="id" className="mono">
            {record.id}
          </span>,
        ],
        ...record.takeovers.map(
          ({ at, by, from }) =>
            [
              'Taken over',
              `by ${by.user} on ${by.machine} from ${from.user} on ${from.machine}, ${formatExact(at)}`,
            ] as const,
        ),
      ]}
    />
  )
}

function describeData(record: OperationRecord) {
  const { stack, backupId, outcome } = record
  return [
    [
      'Backup',
      backupId ? (
        <Link
          key="backup"
          to="/hosts/$hostId/stacks/$project/backups/$backupId"
          params={{ ...stack, backupId }}
          className="mono"
        >
          {backupId}
        </Link>
      ) : (
        `None was made${outcome === 'running' ? ' so far' : ''}`
      ),
    ],
    ['Data', dataWords(record)],
  ] as const
}
