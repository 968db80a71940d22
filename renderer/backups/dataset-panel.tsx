import { IconCircleCheck } from '@tabler/icons-react'
import type { DatasetBackupView } from '../../shared/contract/backups.ts'
import { Disclosure } from '../components/disclosure.tsx'
import { FactList } from '../components/fact-list.tsx'
import { Bytes, Digest, MiddleTruncate } from '../components/figures.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { count, formatDuration } from '../lib/format.ts'
import classes from './dataset-panel.module.css'
import { KIND_WORDS } from './kind-words.ts'

/** One data set in a backup, with what makes it believable. */
export function DatasetPanel({ dataset }: { readonly dataset: DatasetBackupView }) {
  const { id, kind, service, source, file, sizeBytes, sha256, schemaVersion, tool, proof, warnings } = dataset
  const took = Date.parse(dataset.finishedAt) - Date.parse(dataset.startedAt)
  return (
    <Panel title={id} aside={`${KIND_WORDS[kind]} of ${service}`}>
      {warnings.map((warning) => (
        <Notice key={warning} tone="warn" title={warning} />
      ))}
      <div className={classes.columns}>
        <FactList
          facts={[
            ['Source', <MiddleTruncate key="source" mono text={source} limit={60} />],
            ['Holds', describeTotals(dataset)],
            ...(schemaVersion === null
              ? []
              : ([['Schema version', <MiddleTruncate key="schema" mono text={schemaVersion} limit={50} />]] as const)),
            ['File', <MiddleTruncate key="file" mono text={file} limit={60} />],
            ['Size', <Bytes key="size" bytes={sizeBytes} />],
            ['SHA-256', <Digest key="sha256" digest={sha256} />],
            ['Made by', `${tool}, in ${formatDuration(took)}`],
          ]}
        />
        <div>
          <h3 className={classes.title}>How it was proven</h3>
          <ul className={classes.proof}>
            {proof.map((sentence) => (
              <li key={sentence} data-tone="ok">
                <IconCircleCheck size={15} aria-hidden className={classes.tick} />
                <span>{sentence}</span>
              </li>
            ))}
          </ul>
        </div>
      </div>
      <Counts dataset={dataset} />
    </Panel>
  )
}

function describeTotals({ totals }: DatasetBackupView): string {
  const parts = Object.entries(totals).map(
    ([what, amount]) => `${amount.toLocaleString('en')} ${amount === 1 ? what.replace(/s$/, '') : what}`,
  )
  return parts.length === 0 ? 'Nothing that was counted' : parts.join(', ')
}

/** The totals in parts: rows by table. */
function Counts({ dataset: { id, counts, nouns } }: { readonly dataset: DatasetBackupView }) {
  const parts = Object.entries(counts)
  if (parts.length === 0) return null
  return (
    <Disclosure
      label={`${count(parts.length, nouns.group)} with ${parts.length === 1 ? 'its' : 'their'} ${nouns.item}s`}
    >
      <table className={classes.counts} aria-label={`What ${id} holds`}>
        <tbody>
          {parts.map(([part, amount]) => (
            <tr key={part}>
              <th scope="row" className="mono">
                {part}
              </th>
              <td className="numeric">{amount.toLocaleString('en')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Disclosure>
  )
}
