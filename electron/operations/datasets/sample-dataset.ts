import type { SampleHost } from '../../../e2e/host/sample-host.ts'
import { ledgerRunbook } from '../../../e2e/products/ledger/runbook.ts'
import type { DatasetBackup } from '../../../shared/operations/backup-manifest.ts'
import type { Dataset } from '../../../shared/runbook/data-schema.ts'
import { findDockerCli } from '../docker-cli.ts'
import { type SampleApp, startSampleApp } from '../sample-operations.ts'
import type { DatasetJob } from './kind.ts'
import { takeDataset } from './take-dataset.ts'

const OPERATION = '20261121T061502Z-upgrade-abc123'

type LedgerDatasets = Parameters<typeof ledgerRunbook>[0]['datasets']

/** For tests: an app connected to a sample host with the ledger, which backs up these data sets of it. */
export function startLedgerApp(sample: SampleHost, ...datasets: LedgerDatasets): SampleApp {
  const runbook = ledgerRunbook({ datasets })
  return startSampleApp(sample, { project: 'ledger', alter: (stack) => ({ ...stack, runbook }) })
}

/** For tests: a data set of a stack on a sample host, to work on without any operation. */
export async function openDataset(app: SampleApp, id: string, signal = new AbortController().signal) {
  const stack = await app.ports.readStack(app.ref)
  const dataset = stack.runbook.backup?.datasets.find((known) => known.id === id)
  if (dataset === undefined) throw new Error(`The runbook has no data set ${id}.`)
  const cli = await findDockerCli(stack.session)
  return { host: stack.session.host, cli, stack, dataset, operationId: OPERATION, signal } satisfies DatasetJob<Dataset>
}

/** For tests: backs a data set up into a new directory, which is returned with it. */
export async function takeSample(
  job: DatasetJob,
  previous: DatasetBackup | null = null,
  alarmAccepted: string | null = null,
): Promise<{ readonly backup: DatasetBackup; readonly directory: string }> {
  const directory = `${job.stack.slipwayDirectory}/backups/sample-${Math.random().toString(36).slice(2, 10)}`
  await job.host.files.makeDirectories(directory, { mode: 0o750 })
  const { uid, gid } = (await job.host.files.stat(directory)) ?? { uid: 0, gid: 0 }
  const backup = await takeDataset(job, { directory, owner: `${uid}:${gid}`, previous, alarmAccepted })
  return { backup, directory }
}
