import { Anchor, Checkbox, TextInput } from '@mantine/core'
import { Fragment } from 'react'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import { Panel } from '../components/panel.tsx'
import { type Chosen, needsAcknowledgement, type UpgradeChoice } from './choice.ts'
import classes from './choose-options.module.css'

interface ChooseOptionsProps {
  readonly choice: UpgradeChoice
  readonly chosen: Chosen | null
  readonly onChange: (choice: UpgradeChoice) => void
}

const JUMP_WORDS: Partial<Record<AvailableVersion['relation'], string>> = {
  minor: 'a minor version',
  major: 'a major version',
  downgrade: 'a downgrade',
  unknown: 'a jump of unknown length',
}

/** What may be done otherwise. What makes the upgrade less safe asks why, and the answer is recorded. */
export function ChooseOptions({ choice, chosen, onChange }: ChooseOptionsProps) {
  return (
    <Panel title="Options">
      <div className={classes.options}>
        {chosen && needsAcknowledgement(chosen.relation) ? (
          <Checkbox
            checked={choice.acknowledgeJump}
            onChange={(event) => onChange({ ...choice, acknowledgeJump: event.currentTarget.checked })}
            label={`I have read the release notes up to ${chosen.name}`}
            description={<JumpNote chosen={chosen} />}
          />
        ) : null}
        <Checkbox
          label="Restore data when rolling back"
          description="Where the schema changed, a rollback puts the backup back without asking again. Writes since the backup are lost."
          checked={choice.restoreDataOnRollback}
          disabled={choice.skipBackup}
          onChange={(event) => onChange({ ...choice, restoreDataOnRollback: event.currentTarget.checked })}
        />
        <Checkbox
          label="Skip the pull"
          description="Use the images that are on the host already."
          checked={choice.skipPull}
          onChange={(event) => onChange({ ...choice, skipPull: event.currentTarget.checked })}
        />
        <Weakening
          label="Upgrade without a backup"
          description="A rollback can then not bring data back."
          checked={choice.skipBackup}
          reason={choice.skipBackupReason}
          onCheck={(skipBackup) => onChange({ ...choice, skipBackup })}
          onReason={(skipBackupReason) => onChange({ ...choice, skipBackupReason })}
        />
        <Weakening
          label="Take a backup that is empty or has shrunk"
          description="Such a backup otherwise stops the upgrade: the data may be kept elsewhere, or be lost already."
          checked={choice.acceptBackupAlarm}
          reason={choice.acceptBackupAlarmReason}
          onCheck={(acceptBackupAlarm) => onChange({ ...choice, acceptBackupAlarm })}
          onReason={(acceptBackupAlarmReason) => onChange({ ...choice, acceptBackupAlarmReason })}
        />
        <Weakening
          label="Go on past a failed health check"
          description="The new version stays even when it is not healthy."
          checked={choice.continueUnhealthy}
          reason={choice.continueUnhealthyReason}
          onCheck={(continueUnhealthy) => onChange({ ...choice, continueUnhealthy })}
          onReason={(continueUnhealthyReason) => onChange({ ...choice, continueUnhealthyReason })}
        />
      </div>
    </Panel>
  )
}

function JumpNote({ chosen }: { readonly chosen: Chosen }) {
  const { name, target, relation, releaseNotes } = chosen
  return (
    <>
      {typeof target === 'string' ? name : 'The farthest of them'} is {JUMP_WORDS[relation]} from here.{' '}
      {releaseNotes.length === 0
        ? 'The runbook names no release notes: look where the product is published.'
        : releaseNotes.map(({ service, url }) => (
            <Fragment key={url}>
              <Anchor href={url} target="_blank" rel="noreferrer" size="xs" underline="always">
                {releaseNotes.length === 1 ? 'Read them' : `Read those of ${service}`}
              </Anchor>{' '}
            </Fragment>
          ))}
    </>
  )
}

interface WeakeningProps {
  readonly label: string
  readonly description: string
  readonly checked: boolean
  readonly reason: string
  readonly onCheck: (checked: boolean) => void
  readonly onReason: (reason: string) => void
}

function Weakening({ label, description, checked, reason, onCheck, onReason }: WeakeningProps) {
  return (
    <div>
      <Checkbox
        label={label}
        description={description}
        checked={checked}
        onChange={(event) => onCheck(event.currentTarget.checked)}
      />
      {checked ? (
        <TextInput
          className={classes.reason ?? ''}
          label="Why"
          description="Recorded in the history."
          maxLength={500}
          value={reason}
          onChange={(event) => onReason(event.currentTarget.value)}
        />
      ) : null}
    </div>
  )
}
