import { SegmentedControl } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { HostTargetInput } from '../../shared/contract/hosts.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Page } from '../components/page.tsx'
import { failureOf } from '../lib/calls.ts'
import { client, orpc } from '../lib/client.ts'
import { AddByAddress } from './add-by-address.tsx'
import { AddFromConfig } from './add-from-config.tsx'
import { AddThisComputer } from './add-this-computer.tsx'

type Way = 'config' | 'address' | 'local'

const WAYS: { readonly value: Way; readonly label: string }[] = [
  { value: 'config', label: 'From your SSH config' },
  { value: 'address', label: 'By address' },
  { value: 'local', label: 'This computer' },
]

/** Three ways to add a host; connecting begins at once, and its questions are asked on the host's page. */
export function AddHostPage() {
  const [way, setWay] = useState<Way>('config')
  const navigate = useNavigate()
  const add = useMutation(
    orpc.host.add.mutationOptions({
      onSuccess: async ({ id }) => {
        await navigate({ to: '/hosts/$hostId', params: { hostId: id } })
        // A refused start is shown by the host's own state.
        await client.host.connect({ hostId: id }).catch(() => undefined)
      },
    }),
  )
  const failure = failureOf(add)
  const onAdd = (label: string, target: HostTargetInput) => add.mutate({ label, target })
  const Form = way === 'config' ? AddFromConfig : way === 'address' ? AddByAddress : AddThisComputer
  return (
    <Page
      title="Add a host"
      lead="Slipway connects over SSH and installs nothing. You are asked before an unknown host key is trusted."
    >
      <div>
        <SegmentedControl
          aria-label="Way to add a host"
          value={way}
          data={WAYS}
          onChange={(value) => {
            add.reset()
            setWay(WAYS.find((entry) => entry.value === value)?.value ?? 'config')
          }}
        />
      </div>
      {failure ? <ErrorNotice error={failure} /> : null}
      <Form pending={add.isPending} onAdd={onAdd} />
    </Page>
  )
}
