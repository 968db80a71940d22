import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { HostView } from '../../shared/contract/hosts.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Notice } from '../components/notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'

/** The engine behind a connected host: refused, or to be reached by sudo. */
export function EnginePanel({ host }: { readonly host: HostView }) {
  const connect = useMutation(orpc.host.connect.mutationOptions({ meta: { announce: true } }))
  const { engine } = host
  if (engine.kind === 'sudo-offer') return <SudoOffer hostId={host.id} error={engine.error} />
  if (engine.kind !== 'failed') return null
  return (
    <ErrorNotice
      error={engine.error}
      actions={
        <Button loading={connect.isPending} onClick={() => connect.mutate({ hostId: host.id })}>
          Try again
        </Button>
      }
    />
  )
}

interface SudoOfferProps {
  readonly hostId: string
  readonly error: Extract<HostView['engine'], { kind: 'sudo-offer' }>['error']
}

function SudoOffer({ hostId, error }: SudoOfferProps) {
  const setSudo = useMutation(orpc.host.setSudo.mutationOptions())
  const failure = failureOf(setSudo)
  return (
    <>
      <Notice
        tone="warn"
        title="Use sudo to reach the Docker engine?"
        actions={
          <Button loading={setSudo.isPending} onClick={() => setSudo.mutate({ hostId, usesSudo: true })}>
            Use sudo on this host
          </Button>
        }
      >
        {error.message} Your user may run <code className="mono">sudo -n</code> without a password, so Slipway can talk
        to the engine by <code className="mono">sudo docker system dial-stdio</code>. Every Docker command on this host
        then runs as root, as it does for members of the docker group. The answer is remembered and can be changed on
        the host page.
      </Notice>
      {failure ? <ErrorNotice error={failure} /> : null}
    </>
  )
}
