import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { useHosts } from '../lib/use-hosts.ts'
import classes from './add-host.module.css'
import type { AddWayProps } from './add-way.ts'

/** The Docker engine of this very machine, by its local socket. */
export function AddThisComputer({ pending, onAdd }: AddWayProps) {
  const [label, setLabel] = useState('This computer')
  const known = useHosts().data?.find(({ target }) => target.kind === 'local')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onAdd(label.trim(), { kind: 'local' })
  }
  if (known) return <Notice tone="idle" title={`This computer is there already, as “${known.label}”.`} />
  return (
    <Panel title="The Docker engine of this computer">
      <form onSubmit={submit} className={classes.form}>
        <div>Slipway uses the local socket, found as the docker command finds it: context, DOCKER_HOST, default.</div>
        <TextInput
          label="Name"
          maxLength={80}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <div className={classes.buttons}>
          <Button type="submit" size="sm" loading={pending} disabled={label.trim() === ''}>
            Add this computer
          </Button>
        </div>
      </form>
    </Panel>
  )
}
