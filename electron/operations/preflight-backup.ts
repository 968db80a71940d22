import { count } from '../../shared/count.ts'
import { toErrorShape } from '../../shared/errors.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { describeLeftOut } from '../stacks/left-out.ts'
import type { Stack } from '../stacks/stack.ts'
import type { DataMeasure } from './datasets/measure-data.ts'
import { datasetsElsewhere, datasetsLeftOut, datasetsOf, explainNoData } from './datasets/of-stack.ts'
import { offerWithoutBackup } from './offer-without-backup.ts'
import { type Finding, failed, type PreflightSubject, passed, warning } from './preflight.ts'

export interface BackupSubject extends Pick<PreflightSubject, 'stack' | 'options'> {
  readonly data: Promise<DataMeasure>
}

/** Every data set is there, and the tool that copies it has run beside it; those that are not are named. */
export async function askBackup({ stack, options, data }: BackupSubject): Promise<Finding> {
  if (options.skipBackup !== null) return warning(`Skipped: ${options.skipBackup.reason}`)
  const none = explainNoData(stack)
  if (none !== null) {
    if (datasetsLeftOut(stack).length === 0) return warning(none)
    return failed(none, 'Say in the runbook where this stack keeps its data, or skip the backup and say why.')
  }
  const { bytes, tools, alarms } = await data
  if (alarms.length > 0) {
    const accepted = options.acceptBackupAlarm?.reason
    return accepted === undefined
      ? failed(alarms.join(' '), 'Compare the runbook with where the product keeps its data.')
      : warning(`${alarms.join(' ')} Let pass: ${accepted}`)
  }
  return judgeWhatIsLeft(stack, `${formatBytes(bytes)}, by ${tools.join(' and ')}.`)
}

/**
 * Why the backup of the present data that a rollback by hand makes is taken whatever it holds: what the new version has
 * lost is the very reason to go back.
 */
export function acceptPresentData(restoreData: boolean): { readonly reason: string } {
  return { reason: restoreData ? 'It is what the rollback replaces.' : 'The rollback leaves the data as it is.' }
}

/** The same before a rollback by hand, which backs up the present data only so that it can be regretted. */
export async function askPresentBackup({ stack, options, data }: BackupSubject): Promise<Finding> {
  if (options.skipBackup !== null) return warning(`Skipped: ${options.skipBackup.reason}`)
  const none = explainNoData(stack)
  if (none !== null) return warning(none)
  try {
    const { tools, alarms } = await data
    if (alarms.length > 0) return warning(`${alarms.join(' ')} Let pass: ${options.acceptBackupAlarm?.reason}`)
    return judgeWhatIsLeft(stack, `by ${tools.join(' and ')}.`)
  } catch (error) {
    const { message, hint } = toErrorShape(error)
    return failed(message, offerWithoutBackup(hint))
  }
}

/** Data that another set-up would have is only told; data of a service that is not here is somewhere else. */
function judgeWhatIsLeft(stack: Stack, how: string): Finding {
  const leftOut = datasetsLeftOut(stack)
  const what = `${count(datasetsOf(stack).length, 'data set')}, ${how}`
  if (leftOut.length === 0) return passed(what)
  const said = `${what} Left out: ${describeLeftOut(leftOut)}`
  if (datasetsElsewhere(stack).length === 0) return passed(said)
  return warning(said, 'If the product keeps such data elsewhere, back it up there.')
}
