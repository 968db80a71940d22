import { SlipwayError } from '../../../../shared/errors.ts'
import { sumCounts } from '../../../../shared/operations/judge-backup.ts'
import { parseReport, type Report } from '../host-report.ts'
import type { BackupRequest, Copy } from '../kind.ts'
import { placePath } from '../place.ts'
import { RECEIVE, runOnHost } from '../run-on-host.ts'
import { explainFailure } from './errors.ts'
import { runBeside } from './run-beside.ts'
import { BACKUP_MOUNT, MEASURE, PROVE_SCRIPT, REDIS_EXIT, SAVE } from './scripts.ts'
import { askServer, execArgv, passwordLine, type RedisJob } from './session.ts'

/** Saved by the server, copied to the host's disk, and loaded by a throw-away server, whose keys are counted. */
export async function backUp(job: RedisJob, { directory }: BackupRequest): Promise<Copy> {
  const file = `${job.dataset.id}.rdb`
  const { values } = await save(job, `${directory}/${file}.partial`)
  const place = placePath(job.stack, job.dataset.service, values.directory ?? '')
  const proof = await runBeside(job, place, {
    script: PROVE_SCRIPT,
    args: [`${file}.partial`, values.modules ?? ''],
    volumes: [`${directory}:${BACKUP_MOUNT}:ro`],
    doing: 'backed up',
  })
  await requireAny(job, sumCounts(proof.copy))
  return {
    backup: {
      kind: 'redis',
      file,
      sizeBytes: Number(values.size),
      sha256: values.sha256 ?? '',
      keys: proof.copy,
      expiring: Number(proof.values.expiring),
      directory: values.directory ?? '',
      databaseFile: values.file ?? '',
      appendOnly: values['append-only'] === 'yes',
      appendFile: values['append-file'] ?? '',
      appendDirectory: values['append-directory'] ?? '',
      modules: (values.modules ?? '').split(' ').filter((path) => path !== ''),
      serverVersion: values.server ?? 'unknown',
      schemaVersion: null,
      tool: `Redis ${values.server} of the service's image`,
    },
    source: proof.copy,
    copy: proof.copy,
    // A cache that was just started.
    mayBeEmpty: true,
    besides: [],
    warnings: [],
  }
}

async function save(job: RedisJob, partial: string): Promise<Report> {
  const result = await runOnHost(job, RECEIVE, [partial, ...job.cli.argv(execArgv(job, SAVE))], passwordLine(job))
  if (result.code === 0) return parseReport(`${result.stderr}\n${result.stdout}`)
  if (result.code !== REDIS_EXIT.notSaved) throw explainFailure(job, 'backed up', result)
  throw new SlipwayError(
    'backup.failed',
    `The server ${job.dataset.service} on ${job.host.label} could not save its data.`,
    {
      state: 'Nothing was changed.',
      hint: "Look into its log: most often its disk is full, or the host's memory too small for its copy.",
    },
  )
}

/** Keys come and go while the copy is made; but a copy of nothing, while the server holds something, is none. */
async function requireAny(job: RedisJob, copied: number): Promise<void> {
  if (copied > 0) return
  const held = sumCounts((await askServer(job, MEASURE)).tables)
  if (held === 0) return
  throw new SlipwayError(
    'backup.failed',
    `The backup of ${job.dataset.id} on ${job.host.label} holds no keys, the server has ${held}.`,
    { state: 'The copy was not kept as a backup.', hint: "Look into the server's log." },
  )
}
