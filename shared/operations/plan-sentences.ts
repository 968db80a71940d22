import type { Plan, ServiceChange, UpgradeOptions } from '../contract/operations.ts'
import { canKeepData, type DataPolicy } from '../versions/data-compatibility.ts'

/** Every option that makes an operation less safe, said as it is. Also what history keeps. */
export function describeWeakenings(options: UpgradeOptions, kept: { readonly allData: boolean }): string[] {
  const { skipBackup, acceptBackupAlarm, skipPull, continueUnhealthy, restoreDataOnRollback } = options
  return [
    ...(skipBackup === null ? [] : [describeNoBackup(skipBackup)]),
    ...(acceptBackupAlarm === null
      ? []
      : [`A backup that is empty, or much smaller than the one before, does not stop it: ${acceptBackupAlarm.reason}`]),
    ...(skipPull ? ['Nothing is pulled: the images that are on the host are used as they are.'] : []),
    ...(continueUnhealthy === null
      ? []
      : [`A failed health check or smoke test does not stop it: ${continueUnhealthy.reason}`]),
    ...(restoreDataOnRollback || kept.allData
      ? []
      : ['On failure the data is not restored, although the old version may not run on it.']),
  ]
}

export function describeNoBackup({ reason }: NonNullable<UpgradeOptions['skipBackup']>): string {
  return `No backup is made: ${reason}`
}

/** Services that stand still for a while. */
export interface Standstill {
  readonly stop: readonly string[]
  readonly pause: readonly string[]
}

/** `web is stopped and worker is paused`; null where nothing is. */
export function describeStandstill({ stop, pause }: Standstill): string | null {
  const say = (services: readonly string[], what: string) =>
    services.length === 0 ? [] : [`${services.join(', ')} ${services.length === 1 ? 'is' : 'are'} ${what}`]
  return [...say(stop, 'stopped'), ...say(pause, 'paused')].join(' and ') || null
}

/** Services that do not run for a while, and what is done meanwhile: `the backup is made`. */
export interface Halt {
  readonly meanwhile: string
  readonly still: Standstill
}

/** What people will notice. */
export function describeDowntime(
  services: readonly string[],
  settleSeconds: number,
  halts: readonly Halt[] = [],
): string {
  const sentences = halts.flatMap(({ meanwhile, still }) => {
    const stands = describeStandstill(still)
    return stands === null ? [] : [`While ${meanwhile}, ${stands}.`]
  })
  return [...sentences, describeRestarts(services, settleSeconds)].join(' ')
}

function describeRestarts(services: readonly string[], settleSeconds: number): string {
  if (services.length === 0) return 'No service is restarted.'
  const [first] = services
  const watched = `has to stay healthy for ${settleSeconds} s`
  if (services.length === 1) return `${first} restarts once, and then ${watched}.`
  return `Each of ${services.length} services restarts once, one after the other; each ${watched} before it is the next one's turn.`
}

/** What a rollback would mean for data, said before anyone presses. `backupStep` counts from 1. */
export function describeDataOnRollback(
  changes: readonly ServiceChange[],
  policy: DataPolicy,
  options: UpgradeOptions,
  backupStep: number | null,
): string {
  const torn = changes.filter(({ from, to }) => !canKeepData(policy, from.version, to.version).keep)
  const [first] = torn
  if (first === undefined) return 'A rollback keeps the data as it is: both versions run on the same schema.'
  const { reason } = canKeepData(policy, first.from.version, first.to.version)
  const why = `${first.to.version} may change the schema, and is not compatible backwards (${lowerFirst(reason.replace(/\.$/, ''))})`
  if (options.skipBackup !== null) {
    return `${why}. No backup is made, so a rollback can only bring back the old images: they may not run on the new data.`
  }
  if (!options.restoreDataOnRollback) {
    return `${why}. The data is not restored on a rollback, as chosen: the old version may not run on it.`
  }
  if (backupStep === null) return `${why}. There is no data set to back up, so a rollback cannot restore any.`
  return `${why}: a rollback restores the backup made in step ${backupStep}, and loses what was written since.`
}

/** Whether both versions of every service run on the same data. */
export function keepsAllData(changes: readonly ServiceChange[], policy: DataPolicy): boolean {
  return changes.every(({ from, to }) => canKeepData(policy, from.version, to.version).keep)
}

const GRAVITY = ['same', 'patch', 'minor', 'major', 'unknown', 'downgrade'] as const

/** The gravest relation of several services stands for all. */
export function worstRelation(relations: readonly Plan['relation'][]): Plan['relation'] {
  return GRAVITY.findLast((relation) => relations.includes(relation)) ?? 'same'
}

/** `0.10.0`, or `0.10.0, 0.9.0` where services differ. */
export function joinVersions(versions: readonly (string | null)[]): string {
  return [...new Set(versions.map((version) => version ?? 'unknown'))].join(', ')
}

/** Verdicts that stand in the way, as sentences. Nobody could check is not good enough. */
export function findBlockers(preflight: Plan['preflight']): string[] {
  return preflight
    .filter(({ verdict }) => verdict === 'failed' || verdict === 'unknown')
    .map(({ title, detail }) => `${title}: ${detail}`)
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}
