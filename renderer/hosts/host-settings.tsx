import { Button, Switch, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import type { HostView } from '../../shared/contract/hosts.ts'
import { Confirm } from '../components/confirm.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Panel } from '../components/panel.tsx'
import { announce } from '../lib/announce.ts'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import classes from './host-settings.module.css'

/** What this computer remembers of a host: its name here, the answer about sudo, kept secrets, and the host itself. */
export function HostSettings({ host }: { readonly host: HostView }) {
  return (
    <Panel title="On this computer">
      <div className={classes.rows}>
        <Label host={host} />
        {host.target.kind === 'ssh' ? <Sudo host={host} /> : null}
        {host.target.kind === 'ssh' ? <Secrets host={host} /> : null}
        <Remove host={host} />
      </div>
    </Panel>
  )
}

function Label({ host }: { readonly host: HostView }) {
  const [label, setLabel] = useState(host.label)
  const rename = useMutation(orpc.host.rename.mutationOptions({ onSuccess: () => announce('Renamed.') }))
  const failure = failureOf(rename)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    rename.mutate({ hostId: host.id, label })
  }
  const unchanged = label.trim() === host.label || label.trim() === ''
  return (
    <form onSubmit={submit} className={classes.row}>
      <TextInput
        className={classes.grow}
        label="Name"
        maxLength={80}
        value={label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" size="sm" disabled={unchanged} loading={rename.isPending}>
        Rename
      </Button>
      {failure ? <ErrorNotice error={failure} /> : null}
    </form>
  )
}

function Sudo({ host }: { readonly host: HostView }) {
  const setSudo = useMutation(orpc.host.setSudo.mutationOptions())
  const failure = failureOf(setSudo)
  return (
    <div className={classes.row}>
      <Switch
        className={classes.grow}
        size="sm"
        label="Use sudo to reach the engine"
        description="For users who are not in the docker group. Commands and files follow at once; a way to the engine that works is kept until the next connection."
        checked={host.usesSudo}
        disabled={setSudo.isPending}
        onChange={(event) => setSudo.mutate({ hostId: host.id, usesSudo: event.currentTarget.checked })}
      />
      {failure ? <ErrorNotice error={failure} /> : null}
    </div>
  )
}

function Secrets({ host }: { readonly host: HostView }) {
  const forget = useMutation(orpc.host.forgetSecrets.mutationOptions({ onSuccess: () => announce('Forgotten.') }))
  const failure = failureOf(forget)
  return (
    <div className={classes.row}>
      <div className={classes.grow}>
        <div className={classes.label}>Kept in the keychain</div>
        <div className={classes.soft}>
          {host.savedSecrets.length === 0 ? 'Nothing is kept for this host.' : host.savedSecrets.join(', ')}
        </div>
      </div>
      {host.savedSecrets.length > 0 ? (
        <Button variant="default" loading={forget.isPending} onClick={() => forget.mutate({ hostId: host.id })}>
          Forget them
        </Button>
      ) : null}
      {failure ? <ErrorNotice error={failure} /> : null}
    </div>
  )
}

function Remove({ host }: { readonly host: HostView }) {
  const [asking, setAsking] = useState(false)
  const navigate = useNavigate()
  const remove = useMutation(orpc.host.remove.mutationOptions({ onSuccess: () => navigate({ to: '/' }) }))
  return (
    <div className={classes.row}>
      <div className={classes.grow}>
        <div className={classes.label}>Remove from this computer</div>
        <div className={classes.soft}>Nothing on the host changes: its stacks, backups and history stay there.</div>
      </div>
      <Button variant="outline" color="danger" onClick={() => setAsking(true)}>
        Remove…
      </Button>
      <Confirm
        opened={asking}
        title={`Remove ${host.label}?`}
        action="Remove the host"
        danger
        pending={remove.isPending}
        error={failureOf(remove)}
        onClose={() => {
          if (remove.isError) remove.reset()
          setAsking(false)
        }}
        onConfirm={() => remove.mutate({ hostId: host.id })}
      >
        Slipway forgets what this computer keeps of the host: secrets, health over time, incidents, saved filters, watch
        rules, and stacks that were added by their directory. Nothing on the host changes: its stacks, backups and
        history are there when you add it again.
      </Confirm>
    </div>
  )
}
