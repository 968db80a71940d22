import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'

/** Where an error happened, in the user's words. */
export interface SshPlace {
  /** `deploy@203.0.113.7:22`. */
  readonly address: string
  /** Set for a jump host on the way. */
  readonly isJump: boolean
}

interface SshClientError extends Error {
  readonly level?: string
  readonly code?: string | number
}

const NETWORK_MESSAGES: Readonly<Record<string, { readonly text: string; readonly hint: string }>> = {
  ECONNREFUSED: { text: 'refused the connection', hint: 'Check that sshd runs there and that the port is right.' },
  ENOTFOUND: { text: 'is not a known name', hint: 'Check the spelling, the DNS and whether a VPN is needed.' },
  EAI_AGAIN: { text: 'could not be looked up', hint: 'Check the network and the DNS of this computer.' },
  EHOSTUNREACH: { text: 'cannot be reached', hint: 'Check the network, the VPN and the firewall.' },
  ENETUNREACH: { text: 'cannot be reached', hint: 'Check the network and the VPN of this computer.' },
  ETIMEDOUT: { text: 'did not answer', hint: 'Check the address, the firewall and that the machine is up.' },
  ECONNRESET: {
    text: 'closed the connection',
    hint: 'sshd may be overloaded or may have banned this address for a while.',
  },
}

/** ssh2's errors as ours, told apart by `level` and `code`, never by text but where the library gives nothing else. */
export function translateSshError(thrown: unknown, place: SshPlace): SlipwayError {
  if (isSlipwayError(thrown)) return thrown
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as SshClientError
  const where = place.isJump ? `The jump host ${place.address}` : place.address
  const network = NETWORK_MESSAGES[String(error.code)]
  if (network) {
    return new SlipwayError(place.isJump ? 'host.jump-failed' : 'host.unreachable', `${where} ${network.text}.`, {
      state: 'Nothing was changed.',
      hint: network.hint,
      retryable: true,
      cause: error,
    })
  }
  switch (error.level) {
    case 'client-timeout':
      return new SlipwayError('host.timeout', `${where} did not answer in time.`, {
        hint: 'Check the network and that the machine is up.',
        retryable: true,
        cause: error,
      })
    case 'handshake':
      return new SlipwayError('host.algorithms', `${where} and Slipway share no common algorithm.`, {
        hint: 'Update OpenSSH on the host, or allow one of the algorithms named below in its sshd_config.',
        cause: error,
      })
    default:
      return new SlipwayError('host.unreachable', `The connection to ${where} could not be made: ${error.message}.`, {
        retryable: true,
        cause: error,
      })
  }
}

/** A connection that ended under whatever was in flight. */
export function connectionLost(label: string, cause?: unknown): SlipwayError {
  return new SlipwayError('host.connection-lost', `The connection to ${label} was lost.`, {
    state: 'What the host was doing may have gone on.',
    hint: 'Slipway reconnects by itself.',
    retryable: true,
    cause,
  })
}

/** The server would not open another session, however long it was asked. */
export function sessionRefused(label: string, cause: unknown): SlipwayError {
  return new SlipwayError('host.command-failed', `${label} refused to open a session for a command.`, {
    state: 'The command was not started.',
    hint: 'sshd limits sessions (MaxSessions) or allows none for this user. Allow at least four sessions.',
    cause,
  })
}

/** A forwarded socket that the server did not open. */
export function forwardError(
  label: string,
  target: { readonly path: string } | { readonly host: string; readonly port: number },
  cause: unknown,
): SlipwayError {
  const where = 'path' in target ? target.path : `${target.host}:${target.port}`
  // OpenSSH says "connect failed" (2) for sockets also where forwarding is forbidden; only for TCP does it tell them apart.
  const isForbidden = 'path' in target || (cause as { reason?: unknown }).reason === 1
  if (isForbidden) {
    return new SlipwayError('host.forwarding-forbidden', `${label} did not open a channel to ${where}.`, {
      hint: 'The socket may be missing or closed to this user, or sshd forbids forwarding (AllowTcpForwarding, AllowStreamLocalForwarding).',
      cause,
    })
  }
  return new SlipwayError('host.unreachable', `Nothing answers on ${where} of ${label}.`, { retryable: true, cause })
}

/** Signed in, but what we ask to run is not what runs: a forced command, or no shell. */
export function commandsForbidden(
  label: string,
  { stdout, stderr }: Record<'stdout' | 'stderr', string>,
): SlipwayError {
  return new SlipwayError('host.command-failed', `${label} let Slipway in, but does not run its commands.`, {
    state: 'Nothing was changed.',
    hint: 'Look at the login shell of the user, and for command="…" before the key in authorized_keys.',
    details: { output: `${stdout}${stderr}`.trim().slice(0, 2000) },
  })
}
