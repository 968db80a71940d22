import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'

const OFFER = 'If the data cannot be read any more, roll back without backing it up, and say why.'

/** The way back is not shut by what it leads away from: data that the new version has damaged, say. */
export function offerWithoutBackup(hint: string | undefined): string {
  return hint === undefined ? OFFER : `${hint} ${OFFER}`
}

/** A failed backup of the present data, with that offer. Everything else as it is. */
export function withOffer(error: unknown): unknown {
  if (!isSlipwayError(error) || !error.code.startsWith('backup.')) return error
  const { code, message, state, hint, retryable, details } = error
  return new SlipwayError(code, message, {
    state,
    hint: offerWithoutBackup(hint),
    retryable,
    details,
    cause: error.cause,
  })
}
