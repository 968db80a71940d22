import { z } from 'zod'

/** How a registry asks to be signed in to (`WWW-Authenticate`). */
export type Challenge =
  | {
      readonly scheme: 'bearer'
      readonly realm: string
      readonly service: string | null
      readonly scope: string | null
    }
  | { readonly scheme: 'basic' }

/** Reads the header, which may list several ways; Bearer comes before Basic. Null: neither is offered. */
export function parseChallenge(header: string | undefined): Challenge | null {
  if (header === undefined) return null
  const bearer = /(?:^|,\s*)bearer\s+(.*)$/i.exec(header)
  const parameters = new Map(
    [...(bearer?.[1] ?? '').matchAll(/([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)].map(
      ([, name = '', quoted, plain]): [string, string] => [
        name.toLowerCase(),
        quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '',
      ],
    ),
  )
  const realm = parameters.get('realm')
  if (bearer !== null && realm !== undefined && URL.canParse(realm)) {
    return {
      scheme: 'bearer',
      realm,
      service: parameters.get('service') ?? null,
      scope: parameters.get('scope') ?? null,
    }
  }
  return /(?:^|,\s*)basic(?:\s|$)/i.test(header) ? { scheme: 'basic' } : null
}

/** Answer of a token service. https://distribution.github.io/distribution/spec/auth/token/ */
export const tokenAnswerSchema = z
  .object({ token: z.string().optional(), access_token: z.string().optional(), expires_in: z.number().optional() })
  .transform((answer, context) => {
    const token = answer.token ?? answer.access_token
    if (token === undefined || token === '') {
      context.addIssue({ code: 'custom', message: 'no token' })
      return z.NEVER
    }
    // The specification's default; half of it is kept in reserve for a slow answer.
    return { token, lifetimeMs: ((answer.expires_in ?? 60) * 1000) / 2 }
  })

/** URL of the token service for anonymous or Basic sign-in. */
export function tokenUrl(challenge: Extract<Challenge, { scheme: 'bearer' }>, fallbackScope: string): URL {
  const url = new URL(challenge.realm)
  if (challenge.service !== null) url.searchParams.set('service', challenge.service)
  url.searchParams.set('scope', challenge.scope ?? fallbackScope)
  return url
}

/** Body of the token service's POST for an identity token. */
export function refreshBody(
  challenge: Extract<Challenge, { scheme: 'bearer' }>,
  fallbackScope: string,
  refreshToken: string,
): string {
  return new URLSearchParams({
    grant_type: 'refresh_token',
    service: challenge.service ?? '',
    scope: challenge.scope ?? fallbackScope,
    client_id: 'slipway',
    refresh_token: refreshToken,
  }).toString()
}
