import { describe, expect, it } from 'vitest'
import { upgradeOptionsSchema } from '../../shared/contract/operations.ts'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import { INITIAL_CHOICE, missingFromChoice, toUpgradeOptions } from './choice.ts'

const version = (more: Partial<AvailableVersion> = {}): AvailableVersion => ({
  version: '0.10.1',
  tag: '0.10.1',
  prerelease: false,
  missingFor: [],
  relation: 'patch',
  releaseNotes: null,
  ...more,
})

describe('what is missing before a plan can be asked for', () => {
  it.each([
    ['no version', INITIAL_CHOICE, null, 'Choose a version.'],
    ['a patch', INITIAL_CHOICE, version(), null],
    ['no service', { ...INITIAL_CHOICE, services: [] }, version(), 'Choose at least one service.'],
    ['a tag that a service lacks', INITIAL_CHOICE, version({ missingFor: ['web'] }), '0.10.1 does not exist for web.'],
    [
      'a backup skipped without a reason',
      { ...INITIAL_CHOICE, skipBackup: true },
      version(),
      'Say why no backup is to be made.',
    ],
    [
      'a reason of spaces',
      { ...INITIAL_CHOICE, skipBackup: true, skipBackupReason: '     ' },
      version(),
      'Say why no backup is to be made.',
    ],
    [
      'a backup skipped with a reason',
      { ...INITIAL_CHOICE, skipBackup: true, skipBackupReason: 'snapshot taken' },
      version(),
      null,
    ],
    [
      'a gate passed over without a reason',
      { ...INITIAL_CHOICE, continueUnhealthy: true },
      version(),
      'Say why a failed health check is to be passed over.',
    ],
    [
      'an unread minor',
      INITIAL_CHOICE,
      version({ relation: 'minor' }),
      'Confirm that you have read the release notes.',
    ],
    [
      'an unread downgrade',
      INITIAL_CHOICE,
      version({ relation: 'downgrade' }),
      'Confirm that you have read the release notes.',
    ],
    ['a read major', { ...INITIAL_CHOICE, acknowledgeJump: true }, version({ relation: 'major' }), null],
  ])('with %s', (_name, choice, chosen, missing) => expect(missingFromChoice(choice, chosen)).toBe(missing))
})

describe('the options sent', () => {
  it('are the contract’s own defaults when nothing was chosen', () => {
    expect(toUpgradeOptions(INITIAL_CHOICE)).toEqual(upgradeOptionsSchema.parse({}))
  })

  it('leave out a reason whose tick was taken back', () => {
    expect(toUpgradeOptions({ ...INITIAL_CHOICE, skipBackupReason: 'snapshot taken' }).skipBackup).toBeNull()
  })
})
