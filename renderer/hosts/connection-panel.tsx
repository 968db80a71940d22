import { Button } from '@mantine/core'
import { IconPlug } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { HostStatus, HostView } from '../../shared/contract/hosts.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { RelativeTime } from '../components/figures.tsx'
import { Notice } from '../components/notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { EnginePanel } from './engine-panel.tsx'
import { HostKeyQuestion } from './host-key-question.tsx'
import { SecretQuestion } from './secret-question.tsx'

/** Whether there is more to say than "connected". */
export function needsAttention({ status, engine }: HostView): boolean {
  return status.kind !== 'connected' || engine.kind === 'sudo-offer' || engine.kind === 'failed'
}

type Asks = NonNullable<Extract<HostStatus, { kind: 'idle' }>['asks']>

const QUESTIONS: Record<Asks, string> = {
  'host-key': 'Its host key has to be confirmed.',
  password: 'It asks for a password.',
  passphrase: 'The passphrase of a key is needed.',
  'keyboard-interactive': 'It asks something before it lets you in.',
}

/** What stands between you and the host, and what to do about it: questions are asked and answered here. */
export function ConnectionPanel({ host }: { readonly host: HostView }) {
  const connect = useMutation(orpc.host.connect.mutationOptions())
  const failure = failureOf(connect)
  const retry = (label: string) => (
    <Button loading={connect.isPending} onClick={() => connect.mutate({ hostId: host.id })}>
      {label}
    </Button>
  )
  if (failure) return <ErrorNotice error={failure} actions={retry('Try again')} />
  const { status } = host
  if (status.kind === 'connected') return <EnginePanel host={host} />
  if (status.kind === 'idle') {
    if (status.asks !== undefined) {
      return (
        <Notice tone="warn" icon={IconPlug} title="Not connected yet" actions={retry('Connect')}>
          {QUESTIONS[status.asks]} Connect to answer.
        </Notice>
      )
    }
    return (
      <Notice tone="idle" icon={IconPlug} title="Not connected" actions={retry('Connect')}>
        Its state is not known until it is connected.
      </Notice>
    )
  }
  if (status.kind === 'connecting') return <Connecting host={host} status={status} />
  if (status.kind === 'question') {
    const { question } = status
    return question.kind === 'host-key' ? (
      <HostKeyQuestion key={question.id} hostId={host.id} question={question} />
    ) : (
      <SecretQuestion key={question.id} hostId={host.id} question={question} />
    )
  }
  if (status.kind === 'waiting') return <Waiting status={status} action={retry('Try now')} />
  // A changed host key is answered on the host or in known_hosts, never by a button here.
  if (status.error.code === 'host.key-changed') return <KeyChanged status={status} action={retry('Check again')} />
  return <ErrorNotice error={status.error} actions={retry('Try again')} />
}

interface ConnectingProps {
  readonly host: HostView
  readonly status: Extract<HostStatus, { kind: 'connecting' }>
}

function Connecting({ host, status }: ConnectingProps) {
  const cancel = useMutation(orpc.host.disconnect.mutationOptions({ meta: { announce: true } }))
  return (
    <Notice
      tone="busy"
      title={status.attempt > 1 ? `Connecting, attempt ${status.attempt}` : 'Connecting'}
      actions={
        <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ hostId: host.id })}>
          Cancel
        </Button>
      }
    >
      Started <RelativeTime at={status.since} />.
    </Notice>
  )
}

interface WaitingProps {
  readonly status: Extract<HostStatus, { kind: 'waiting' }>
  readonly action: React.ReactNode
}

function Waiting({ status, action }: WaitingProps) {
  return (
    <ErrorNotice
      error={status.error}
      tone="warn"
      actions={
        <>
          {action}
          <span style={{ alignSelf: 'center' }}>
            Attempt {status.attempt + 1} <RelativeTime at={status.retryAt} />
          </span>
        </>
      }
    />
  )
}

interface KeyChangedProps {
  readonly status: Extract<HostStatus, { kind: 'failed' }>
  readonly action: React.ReactNode
}

function KeyChanged({ status, action }: KeyChangedProps) {
  return (
    <ErrorNotice
      error={{
        ...status.error,
        state: [
          status.error.state ?? 'Slipway did not connect, and nothing was sent.',
          'Either the machine was set up anew, or something between you and it answers in its place.',
        ].join(' '),
      }}
      actions={action}
    />
  )
}
