import { Checkbox, Radio, Stack } from '@mantine/core'
import type { ServiceView } from '../../shared/contract/stacks.ts'
import { Panel } from '../components/panel.tsx'
import type { UpgradeChoice } from './choice.ts'
import classes from './choose-options.module.css'

interface ChooseServicesProps {
  readonly services: readonly ServiceView[]
  readonly choice: UpgradeChoice
  readonly onChange: (choice: UpgradeChoice) => void
}

/** All services, or some of them. */
export function ChooseServices({ services, choice, onChange }: ChooseServicesProps) {
  const pinned = services.filter(({ pin, kind }) => pin?.location && kind === 'service')
  if (pinned.length < 2) return null
  const toggle = (name: string, on: boolean) => {
    const others = (choice.services ?? []).filter((service) => service !== name)
    onChange({ ...choice, services: on ? [...others, name] : others })
  }
  return (
    <Panel title="Services">
      <Radio.Group
        aria-label="Services"
        value={choice.services === null ? 'all' : 'some'}
        onChange={(value) => onChange({ ...choice, services: value === 'all' ? null : [] })}
      >
        <Stack gap="xs">
          <Radio value="all" label={`All ${pinned.length} services`} />
          <Radio value="some" label="Only some services" />
        </Stack>
      </Radio.Group>
      {choice.services === null ? null : (
        <div className={classes.nested}>
          {pinned.map(({ name }) => (
            <Checkbox
              key={name}
              label={name}
              checked={choice.services?.includes(name) ?? false}
              onChange={(event) => toggle(name, event.currentTarget.checked)}
            />
          ))}
        </div>
      )}
    </Panel>
  )
}
