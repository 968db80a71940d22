import type { LogViewState } from '../../shared/contract/logs.ts'

/** Why not one line is held. */
export type WhyEmpty =
  /** The stack was not read yet, or why it cannot be is said elsewhere. */
  | { readonly kind: 'opening' | 'failed' }
  /** No container is followed: there is none yet, or the connection is down. */
  | { readonly kind: 'unread' }
  /** What is followed has written nothing; of the services named here nothing can be read. */
  | { readonly kind: 'silent'; readonly unreadable: readonly string[] }

/** Silence is told only of services whose lines were read. */
export function whyEmpty({ error, services }: Pick<LogViewState, 'error' | 'services'>): WhyEmpty {
  if (error !== null) return { kind: 'failed' }
  if (services.length === 0) return { kind: 'opening' }
  const isRead = services.some((one) => one.error === null && (one.state === 'following' || one.state === 'ended'))
  if (!isRead) return { kind: 'unread' }
  return { kind: 'silent', unreadable: services.filter((one) => one.error !== null).map(({ service }) => service) }
}
