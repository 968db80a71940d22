import { Checkbox, TextInput } from '@mantine/core'
import classes from './weakening.module.css'

interface WeakeningProps {
  readonly label: string
  readonly description: string
  readonly checked: boolean
  readonly reason: string
  readonly onCheck: (checked: boolean) => void
  readonly onReason: (reason: string) => void
}

/** A choice that makes an operation less safe: it asks why. */
export function Weakening({ label, description, checked, reason, onCheck, onReason }: WeakeningProps) {
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
