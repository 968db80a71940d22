import type { UpgradeOptions } from '../../shared/contract/operations.ts'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'

/** The shortest text that says why: the contract refuses less. */
const REASON_CHARACTERS = 3

/** What a person has chosen on the upgrade page so far. */
export interface UpgradeChoice {
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
  readonly acknowledgeJump: boolean
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
  acknowledgeJump: false,
  restoreDataOnRollback: true,
}

/** Whether the release notes must be acknowledged: for every jump but a patch. */
export function needsAcknowledgement(relation: AvailableVersion['relation']): boolean {
  return relation !== 'patch' && relation !== 'current'
}

/** What is still missing before a plan can be asked for: the first thing to do, or null. */
export function missingFromChoice(choice: UpgradeChoice, version: AvailableVersion | null): string | null {
  if (!version) return 'Choose a version.'
  if (choice.services?.length === 0) return 'Choose at least one service.'
  if (version.missingFor.length > 0) return `${version.version} does not exist for ${version.missingFor.join(', ')}.`
  if (choice.skipBackup && choice.skipBackupReason.trim().length < REASON_CHARACTERS) {
    return 'Say why no backup is to be made.'
  }
  if (choice.acceptBackupAlarm && choice.acceptBackupAlarmReason.trim().length < REASON_CHARACTERS) {
    return 'Say why an empty or shrunken backup is to be taken.'
  }
  if (choice.continueUnhealthy && choice.continueUnhealthyReason.trim().length < REASON_CHARACTERS) {
    return 'Say why a failed health check is to be passed over.'
  }
  if (needsAcknowledgement(version.relation) && !choice.acknowledgeJump) {
    return 'Confirm that you have read the release notes.'
  }
  return null
}

/** The choice as the contract wants it. A reason without its tick is not sent. */
export function toUpgradeOptions(choice: UpgradeChoice): UpgradeOptions {
  return {
    services: [...(choice.services ?? [])],
    skipBackup: choice.skipBackup ? { reason: choice.skipBackupReason.trim() } : null,
    acceptBackupAlarm: choice.acceptBackupAlarm ? { reason: choice.acceptBackupAlarmReason.trim() } : null,
    skipPull: choice.skipPull,
    continueUnhealthy: choice.continueUnhealthy ? { reason: choice.continueUnhealthyReason.trim() } : null,
    acknowledgeJump: choice.acknowledgeJump,
    restoreDataOnRollback: choice.restoreDataOnRollback,
  }
}
