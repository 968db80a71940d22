import { Anchor, Checkbox } from '@mantine/core'
import { Fragment } from 'react'
import type { AvailableVersion } from '../../shared/contract/stacks.ts'
import { Panel } from '../components/panel.tsx'
import { Weakening } from '../components/weakening.tsx'
import { type Chosen, isAcknowledged, nameJump, needsAcknowledgement, type UpgradeChoice } from './choice.ts'
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
            checked={isAcknowledged(choice, chosen)}
            onChange={({ currentTarget: { checked } }) =>
              onChange({ ...choice, acknowledged: checked ? nameJump(choice, chosen) : null })
            }
            label={describeNotes(chosen)}
            description={<JumpNote chosen={chosen} />}
          />
        ) : null}
        <Checkbox
          label="Restore data when rolling back"
          description="Where the runbook does not promise that the old version runs on the new one's data, a rollback puts the backup back without asking again. Writes since the backup are lost."
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
  const [only, ...more] = releaseNotes
  return (
    <>
      {typeof target === 'string' ? name : 'The farthest of them'} is {JUMP_WORDS[relation]} from here.{' '}
      {only === undefined ? 'The runbook names no release notes: look where the product is published.' : null}
      {only !== undefined && more.length === 0 ? <Notes url={only.url}>Read them</Notes> : null}
      {more.length > 0 ? (
        <>
          Read those of{' '}
          {releaseNotes.map(({ service, url }, index) => (
            <Fragment key={url}>
              {index === 0 ? '' : ', '}
              <Notes url={url}>{service}</Notes>
            </Fragment>
          ))}
          .
        </>
      ) : null}
    </>
  )
}

function Notes({ url, children }: { readonly url: string; readonly children: string }) {
  return (
    <Anchor href={url} target="_blank" rel="noreferrer" size="xs" underline="always">
      {children}
    </Anchor>
  )
}

/** A jump that has to be read about, by its name. */
function describeNotes({ target, name }: Chosen): string {
  if (typeof target === 'string') return `I have read the release notes up to ${name}`
  const services = Object.keys(target)
  return `I have read the release notes of ${services.length === 1 ? services[0] : `all ${services.length} services`}`
}
