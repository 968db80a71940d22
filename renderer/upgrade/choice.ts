import type { UpgradeOptions } from '../../shared/contract/operations.ts'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import type { TargetVersion } from '../../shared/contract/versions.ts'
import { isReason } from '../../shared/operations/reason.ts'
import { describeTarget } from '../../shared/versions/target-version.ts'
import { type Checked, chooseOffer, findOwnUpgrades, type OwnUpgrade, targetOf } from '../lib/version-offer.ts'

/** Chosen instead of a version: each service goes to its own newest. No version reads like it. */
export const EACH_OWN = 'each-own'

/** What a person has chosen on the upgrade page so far. */
export interface UpgradeChoice {
  /** A version, `EACH_OWN`, or null for what is offered first. */
  readonly version: string | null
  /** Null: all services. */
  readonly services: readonly string[] | null
  readonly skipBackup: boolean
  readonly skipBackupReason: string
  readonly acceptBackupAlarm: boolean
  readonly acceptBackupAlarmReason: string
  readonly skipPull: boolean
  readonly continueUnhealthy: boolean
  readonly continueUnhealthyReason: string
  /** The jump whose release notes were read, as `nameJump` calls it. */
  readonly acknowledged: string | null
  readonly restoreDataOnRollback: boolean
}

/** The safest choice: everything backed up, gated, and rolled back with its data. */
export const INITIAL_CHOICE: UpgradeChoice = {
  version: null,
  services: null,
  skipBackup: false,
  skipBackupReason: '',
  acceptBackupAlarm: false,
  acceptBackupAlarmReason: '',
  skipPull: false,
  continueUnhealthy: false,
  continueUnhealthyReason: '',
  acknowledged: null,
  restoreDataOnRollback: true,
}

/** What an upgrade would go to: a version of all services of the choice, or each one's own. */
export interface Chosen extends Pick<AvailableVersion, 'missingFor' | 'relation' | 'releaseNotes'> {
  readonly target: TargetVersion
  /** `0.11.0`, or a list. */
  readonly name: string
}

/** What is chosen of these versions; null where nothing is, or what runs already. */
export function findChosen(versions: Checked, choice: Pick<UpgradeChoice, 'version'>): Chosen | null {
  const offer = chooseOffer(versions)
  const wanted = choice.version ?? (offer?.kind === 'version' ? offer.version : offer && EACH_OWN)
  if (wanted === EACH_OWN) return chooseEach(findOwnUpgrades(versions))
  const version = versions.versions.find((one) => one.version === wanted)
  if (version === undefined || version.relation === 'current') return null
  return { ...version, target: version.version, name: version.version }
}

const GRAVITY: readonly AvailableVersion['relation'][] = ['current', 'patch', 'minor', 'major', 'unknown', 'downgrade']

function chooseEach(upgrades: readonly OwnUpgrade[]): Chosen | null {
  if (upgrades.length === 0) return null
  const target = targetOf(upgrades)
  const notes = upgrades.flatMap(({ to }) => to.releaseNotes)
  return {
    target,
    name: describeTarget(target),
    missingFor: [],
    relation: GRAVITY.findLast((relation) => upgrades.some(({ to }) => to.relation === relation)) ?? 'unknown',
    releaseNotes: notes.filter(({ url }, index) => notes.findIndex((note) => note.url === url) === index),
  }
}

/** Whether the release notes must be acknowledged: for every jump but a patch. */
export function needsAcknowledgement(relation: AvailableVersion['relation']): boolean {
  return relation !== 'patch' && relation !== 'current'
}

/** Another one when it goes elsewhere, or of other services: what was read for one says nothing of the next. */
export function nameJump({ services }: Pick<UpgradeChoice, 'services'>, { target }: Chosen): string {
  return JSON.stringify([target, services?.toSorted() ?? null])
}

export function isAcknowledged(choice: UpgradeChoice, chosen: Chosen): boolean {
  return choice.acknowledged === nameJump(choice, chosen)
}

/** What is still missing before a plan can be asked for: the first thing to do, or null. */
export function missingFromChoice(choice: UpgradeChoice, chosen: Chosen | null): string | null {
  if (!chosen) return 'Choose a version.'
  if (choice.services?.length === 0) return 'Choose at least one service.'
  if (chosen.missingFor.length > 0) return `${chosen.name} does not exist for ${chosen.missingFor.join(', ')}.`
  if (choice.skipBackup && !isReason(choice.skipBackupReason)) {
    return 'Say why no backup is to be made.'
  }
  if (choice.acceptBackupAlarm && !isReason(choice.acceptBackupAlarmReason)) {
    return 'Say why an empty or shrunken backup is to be taken.'
  }
  if (choice.continueUnhealthy && !isReason(choice.continueUnhealthyReason)) {
    return 'Say why a failed health check is to be passed over.'
  }
  if (needsAcknowledgement(chosen.relation) && !isAcknowledged(choice, chosen)) {
    return 'Confirm that you have read the release notes.'
  }
  return null
}

/** The choice as the contract wants it. A reason without its tick is not sent. */
export function toUpgradeOptions(choice: UpgradeChoice, chosen: Chosen): UpgradeOptions {
  return {
    services: [...(choice.services ?? [])],
    skipBackup: choice.skipBackup ? { reason: choice.skipBackupReason.trim() } : null,
    acceptBackupAlarm: choice.acceptBackupAlarm ? { reason: choice.acceptBackupAlarmReason.trim() } : null,
    skipPull: choice.skipPull,
    continueUnhealthy: choice.continueUnhealthy ? { reason: choice.continueUnhealthyReason.trim() } : null,
    acknowledgeJump: isAcknowledged(choice, chosen),
    restoreDataOnRollback: choice.restoreDataOnRollback,
  }
}
