import { SlipwayError } from '../../../../shared/errors.ts'
import { type ContainerScript, runContainerScript } from '../container-script.ts'
import type { Place } from '../place.ts'
import { parseScriptReport, type ScriptReport } from '../script-report.ts'
import type { ToolNeed } from '../tool.ts'
import { REDIS_EXIT } from './scripts.ts'
import type { RedisJob } from './session.ts'

/** The image's own first: only the same server reads what the server has written. */
const NEED: ToolNeed = {
  program: 'redis-server',
  programs: ['redis-cli', 'redis-check-rdb', 'sha256sum', 'stat', 'sed', 'cut', 'tr', 'tail', 'chown', 'sync'],
  proof: 'redis-server --version >/dev/null',
  first: 'image',
}

/** Runs a script in a throw-away container of the server's image. */
export async function runBeside(
  job: RedisJob,
  place: Place,
  script: Omit<ContainerScript, 'exits'>,
): Promise<ScriptReport> {
  return parseScriptReport(await runContainerScript(job, place, NEED, { ...script, exits: EXITS }))
}

const UNTOUCHED = 'The present data was not touched.'

const EXITS: ContainerScript['exits'] = {
  [REDIS_EXIT.missing]: (what, details) =>
    new SlipwayError('backup.corrupt', `${what}: its file is not there.`, {
      state: UNTOUCHED,
      hint: 'Use another backup.',
      details,
    }),
  [REDIS_EXIT.differs]: (what, details) =>
    new SlipwayError('backup.corrupt', `${what}: the file's checksum is not the one in its manifest.`, {
      state: UNTOUCHED,
      hint: 'Use another backup.',
      details,
    }),
  [REDIS_EXIT.corrupt]: (what, details) =>
    new SlipwayError('backup.corrupt', `${what}: what the server has saved is not whole.`, {
      state: 'The copy was not kept as a backup.',
      hint: "Look into the server's log, and at the disk.",
      details,
    }),
  [REDIS_EXIT.doesNotLoad]: (what, details) =>
    new SlipwayError('backup.corrupt', `${what}: another server of the same image does not load it.`, {
      state: UNTOUCHED,
      hint: 'See what it said, in the output.',
      details,
    }),
}
