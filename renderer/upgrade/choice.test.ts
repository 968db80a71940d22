import { describe, expect, it } from 'vitest'
import { upgradeOptionsSchema } from '../../shared/contract/operations.ts'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import type { Checked } from '../lib/version-offer.ts'
import {
  type Chosen,
  EACH_OWN,
  findChosen,
  INITIAL_CHOICE,
  missingFromChoice,
  nameJump,
  toUpgradeOptions,
} from './choice.ts'

const version = (more: Partial<AvailableVersion> = {}): AvailableVersion => ({
  version: '0.10.1',
  tag: '0.10.1',
  prerelease: false,
  missingFor: [],
  relation: 'patch',
  releaseNotes: [],
  ...more,
})
const chosen = (more: Partial<Chosen> = {}): Chosen => ({ ...version(), target: '0.10.1', name: '0.10.1', ...more })

describe('what is missing before a plan can be asked for', () => {
  it.each([
    ['no version', INITIAL_CHOICE, null, 'Choose a version.'],
    ['a patch', INITIAL_CHOICE, chosen(), null],
    ['no service', { ...INITIAL_CHOICE, services: [] }, chosen(), 'Choose at least one service.'],
    ['a tag that a service lacks', INITIAL_CHOICE, chosen({ missingFor: ['web'] }), '0.10.1 does not exist for web.'],
    [
      'a backup skipped without a reason',
      { ...INITIAL_CHOICE, skipBackup: true },
      chosen(),
      'Say why no backup is to be made.',
    ],
    [
      'a reason of spaces',
      { ...INITIAL_CHOICE, skipBackup: true, skipBackupReason: '     ' },
      chosen(),
      'Say why no backup is to be made.',
    ],
    [
      'a backup skipped with a reason',
      { ...INITIAL_CHOICE, skipBackup: true, skipBackupReason: 'snapshot taken' },
      chosen(),
      null,
    ],
    [
      'a gate passed over without a reason',
      { ...INITIAL_CHOICE, continueUnhealthy: true },
      chosen(),
      'Say why a failed health check is to be passed over.',
    ],
    ['an unread minor', INITIAL_CHOICE, chosen({ relation: 'minor' }), 'Confirm that you have read the release notes.'],
    [
      'an unread downgrade',
      INITIAL_CHOICE,
      chosen({ relation: 'downgrade' }),
      'Confirm that you have read the release notes.',
    ],
    [
      'a read major',
      { ...INITIAL_CHOICE, acknowledged: nameJump(INITIAL_CHOICE, chosen()) },
      chosen({ relation: 'major' }),
      null,
    ],
  ])('with %s', (_name, choice, chosen, missing) => expect(missingFromChoice(choice, chosen)).toBe(missing))
})

describe('the options sent', () => {
  it('are the contract’s own defaults when nothing was chosen', () => {
    expect(toUpgradeOptions(INITIAL_CHOICE, chosen())).toEqual(upgradeOptionsSchema.parse({}))
  })

  it('leave out a reason whose tick was taken back', () => {
    expect(toUpgradeOptions({ ...INITIAL_CHOICE, skipBackupReason: 'snapshot taken' }, chosen()).skipBackup).toBeNull()
  })
})

it('takes the release notes as read for the jump that they are of, and for no other', () => {
  const choice = { ...INITIAL_CHOICE, acknowledged: nameJump(INITIAL_CHOICE, chosen()) }
  const isRead = (of: typeof choice, to: Chosen) => toUpgradeOptions(of, to).acknowledgeJump
  expect(isRead(choice, chosen())).toBe(true)
  expect(isRead(choice, chosen({ target: '0.11.0', name: '0.11.0' }))).toBe(false)
  expect(isRead(choice, chosen({ target: { api: '0.10.1' } }))).toBe(false)
  const some = { ...choice, services: ['web', 'api'] }
  expect(isRead(some, chosen())).toBe(false)
  const read = { ...some, acknowledged: nameJump(some, chosen()) }
  expect(isRead({ ...read, services: ['api', 'web'] }, chosen())).toBe(true)
})

describe('what is chosen', () => {
  const checked = (more: Partial<Checked> = {}): Checked => ({
    kind: 'checked',
    checkedAt: '2026-03-01T12:00:00Z',
    current: '0.10.0',
    newest: '0.10.1',
    versions: [version(), version({ version: '0.10.0', relation: 'current' })],
    services: [],
    prereleases: false,
    ...more,
  })
  const own = (service: string, current: string, to: AvailableVersion) =>
    ({ service, current, standing: 'newer', reason: '', newest: to }) as const
  const notes = (service: string) => [{ service, url: `https://example.com/${service}` }]
  const apart = checked({
    newest: null,
    services: [
      own('tracker', '0.9.0', version({ version: '0.10.0', relation: 'minor', releaseNotes: notes('tracker') })),
      own('viewer', '0.8.0', version({ version: '0.8.1', relation: 'patch', releaseNotes: notes('viewer') })),
    ],
  })

  it('is what is offered, as long as nobody has chosen', () => {
    expect(findChosen(checked(), INITIAL_CHOICE)).toMatchObject({ target: '0.10.1', name: '0.10.1' })
    expect(findChosen(apart, INITIAL_CHOICE)).toEqual(findChosen(apart, { version: EACH_OWN }))
    expect(findChosen(checked({ newest: null }), INITIAL_CHOICE)).toBeNull()
  })

  it('is never what runs already, nor what the registry does not have', () => {
    expect(findChosen(checked(), { version: '0.10.0' })).toBeNull()
    expect(findChosen(checked(), { version: '9.9.9' })).toBeNull()
    expect(findChosen(checked(), { version: EACH_OWN })).toBeNull()
  })

  it('takes each service to its own version, as far as the farthest jump, with the notes of all', () => {
    expect(findChosen(apart, { version: EACH_OWN })).toEqual({
      target: { tracker: '0.10.0', viewer: '0.8.1' },
      name: '0.10.0, 0.8.1',
      missingFor: [],
      relation: 'minor',
      releaseNotes: [...notes('tracker'), ...notes('viewer')],
    })
  })
})
