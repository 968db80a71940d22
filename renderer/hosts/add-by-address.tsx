import { ActionIcon, Button, Checkbox, NumberInput, Select, TagsInput, TextInput, Tooltip } from '@mantine/core'
import { isNotEmpty, type UseFormReturnType, useForm } from '@mantine/form'
import { randomId } from '@mantine/hooks'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { Panel } from '../components/panel.tsx'
import classes from './add-host.module.css'
import type { AddWayProps } from './add-way.ts'
import {
  type AddressValues,
  hostnameProblem,
  INITIAL_ADDRESS,
  portProblem,
  toTarget,
  userProblem,
} from './address-form.ts'

type Form = UseFormReturnType<AddressValues>

const AGENTS = [
  { value: 'auto', label: 'Use the SSH agent' },
  { value: 'none', label: 'Do not use an agent' },
  { value: 'path', label: 'Agent at a socket path' },
]

/** A host that no SSH config knows. */
export function AddByAddress({ pending, onAdd }: AddWayProps) {
  const form = useForm<AddressValues>({
    initialValues: INITIAL_ADDRESS,
    validate: {
      hostname: hostnameProblem,
      port: portProblem,
      user: userProblem,
      agentPath: (path, { agent }) => (agent === 'path' ? isNotEmpty('Path of the socket or pipe')(path) : null),
      jumps: { hostname: hostnameProblem, port: portProblem, user: userProblem },
    },
  })
  const submit = form.onSubmit((values) => onAdd(values.label.trim() || values.hostname.trim(), toTarget(values)))
  return (
    <Panel title="Address and sign-in">
      <form onSubmit={submit} className={classes.form} noValidate>
        <div className={classes.address}>
          <TextInput label="User" placeholder="ops" autoComplete="off" {...form.getInputProps('user')} />
          <TextInput label="Host" placeholder="vm.example.org" autoComplete="off" {...form.getInputProps('hostname')} />
          <NumberInput label="Port" min={1} max={65535} hideControls {...form.getInputProps('port')} />
        </div>
        <TextInput
          label="Name in Slipway"
          placeholder={form.values.hostname.trim() || 'Production'}
          maxLength={80}
          {...form.getInputProps('label')}
        />
        <SignIn form={form} />
        <Jumps form={form} />
        <fieldset className={classes.group}>
          <legend>Connection</legend>
          <Checkbox
            label="Compress the connection"
            description="For slow lines."
            {...form.getInputProps('compression', { type: 'checkbox' })}
          />
        </fieldset>
        <div className={classes.buttons}>
          <Button type="submit" size="sm" loading={pending}>
            Add and connect
          </Button>
        </div>
      </form>
    </Panel>
  )
}

function SignIn({ form }: { readonly form: Form }) {
  return (
    <fieldset className={classes.group}>
      <legend>Sign-in, tried in this order</legend>
      <div className={classes.pair}>
        <Select label="1. Agent" data={AGENTS} allowDeselect={false} size="sm" {...form.getInputProps('agent')} />
        {form.values.agent === 'path' ? (
          <TextInput label="Socket path" placeholder="~/.1password/agent.sock" {...form.getInputProps('agentPath')} />
        ) : null}
      </div>
      <TagsInput
        size="sm"
        label="2. Key files"
        description="Paths on this computer. Press Enter after each."
        placeholder={form.values.keyFiles.length === 0 ? '~/.ssh/id_ed25519' : ''}
        {...form.getInputProps('keyFiles')}
      />
      <Checkbox
        label="3. Ask for a password when nothing else worked"
        {...form.getInputProps('password', { type: 'checkbox' })}
      />
    </fieldset>
  )
}

function Jumps({ form }: { readonly form: Form }) {
  return (
    <fieldset className={classes.group}>
      <legend>Jump hosts, outermost first</legend>
      {form.values.jumps.map((jump, index) => (
        <div key={jump.key} className={classes.jump}>
          <TextInput label="User" {...form.getInputProps(`jumps.${index}.user`)} />
          <TextInput label={`Jump host ${index + 1}`} {...form.getInputProps(`jumps.${index}.hostname`)} />
          <NumberInput label="Port" min={1} max={65535} hideControls {...form.getInputProps(`jumps.${index}.port`)} />
          <Tooltip label="Remove this jump host">
            <ActionIcon
              size="md"
              aria-label={`Remove jump host ${index + 1}`}
              onClick={() => form.removeListItem('jumps', index)}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() =>
            form.insertListItem('jumps', { key: randomId(), hostname: '', port: 22, user: form.values.user })
          }
        >
          Add a jump host
        </Button>
      </div>
    </fieldset>
  )
}
