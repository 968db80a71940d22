import { Button, Checkbox, MultiSelect, NativeSelect, NumberInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { WatchRule } from '../../shared/contract/logs.ts'
import { fromLevel, textProblem } from './filter-edits.ts'
import { LEVEL_KEYS, type LevelKey } from './level-looks.ts'
import { leastLevel, ruleSentence } from './rule-draft.ts'
import classes from './watch-rules.module.css'

interface RuleFormProps {
  readonly rule: WatchRule
  readonly services: readonly string[]
  readonly onCancel: () => void
  readonly onSave: (rule: WatchRule) => void
}

/** What a rule looks for, and how much of it is too much. */
export function RuleForm({ rule: before, services, onCancel, onSave }: RuleFormProps) {
  const [rule, setRule] = useState(before)
  const { filter } = rule
  const change = (part: Partial<WatchRule>) => setRule({ ...rule, ...part })
  const changeFilter = (part: Partial<WatchRule['filter']>) => change({ filter: { ...filter, ...part } })
  const level = leastLevel(filter)
  const problem = textProblem(filter)
  const isReady = rule.name.trim() !== '' && problem === null
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) onSave({ ...rule, name: rule.name.trim() })
      }}
    >
      <TextInput
        size="xs"
        label="Name"
        maxLength={80}
        data-autofocus
        value={rule.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <div className={classes.row}>
        <NativeSelect
          size="xs"
          label="Level"
          value={level}
          onChange={(event) => {
            const chosen = LEVEL_KEYS.find((key) => key === event.currentTarget.value)
            changeFilter({ levels: chosen ? fromLevel(filter, chosen).levels : [] })
          }}
          data={levelChoices(level)}
        />
        <MultiSelect
          size="xs"
          label="Services (none: all)"
          data={[...new Set([...services, ...filter.services])]}
          value={filter.services}
          onChange={(chosen) => changeFilter({ services: chosen })}
        />
      </div>
      <TextInput
        size="xs"
        label={filter.regularExpression ? 'Line matches' : 'Line contains'}
        value={filter.text}
        error={problem}
        onChange={(event) => changeFilter({ text: event.currentTarget.value })}
      />
      <Checkbox
        label="Regular expression"
        checked={filter.regularExpression}
        onChange={(event) => changeFilter({ regularExpression: event.currentTarget.checked })}
      />
      <div className={classes.row}>
        <NumberInput
          size="xs"
          label="More than (lines)"
          min={0}
          max={1_000_000}
          value={rule.moreThan}
          onChange={(value) => change({ moreThan: Math.max(0, Math.round(Number(value) || 0)) })}
        />
        <NumberInput
          size="xs"
          label="Within (seconds)"
          min={1}
          max={86_400}
          value={rule.withinSeconds}
          onChange={(value) => change({ withinSeconds: Math.min(86_400, Math.max(1, Math.round(Number(value) || 1))) })}
        />
      </div>
      <p className={classes.sentence}>Notifies on {ruleSentence(rule)}.</p>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isReady}>
          Save the rule
        </Button>
      </div>
    </form>
  )
}

function levelChoices(level: LevelKey | 'any' | 'other') {
  const graver = LEVEL_KEYS.filter((key) => key !== 'none').map((key) => ({
    value: key,
    label: key === 'fatal' ? 'fatal' : `${key} or graver`,
  }))
  const other = level === 'other' ? [{ value: 'other', label: 'As in the filter' }] : []
  return [{ value: 'any', label: 'Any level' }, ...graver, ...other]
}
