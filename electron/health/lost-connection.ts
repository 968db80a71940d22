import { type ErrorShape, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { Host } from '../hosts/host.ts'

/** Why a host that is not connected is not, as the host itself says it where it does. */
export function lostConnection(host: Host): ErrorShape {
  const { status } = host
  if (status.kind === 'waiting' || status.kind === 'failed') return status.error
  return toErrorShape(
    new SlipwayError('host.not-connected', `There is no connection to ${host.label}.`, {
      hint: 'Connect to it.',
      retryable: true,
    }),
  )
}
