import { type ErrorCode, SlipwayError } from '../../shared/errors.ts'

interface PullCause {
  readonly code: ErrorCode
  readonly pattern: RegExp
  /** Completes "…: ". */
  readonly why: string
  readonly hint: string
  readonly retryable?: boolean
}

/** The engine gives a pull's failure as words only, so words are what there is to go by; the first that fits. */
const CAUSES: readonly PullCause[] = [
  {
    code: 'host.disk-full',
    pattern: /no space left on device|disk quota exceeded/i,
    why: 'the host’s disk is full',
    hint: 'Free space on the host: `docker system df` says what takes it.',
  },
  {
    code: 'docker.wrong-architecture',
    pattern:
      /no matching manifest for|no image found in manifest list for|does not match the (specified|expected) platform/i,
    why: 'the image is not published for the host’s architecture',
    hint: 'Choose a version that is published for it.',
  },
  {
    code: 'registry.rate-limited',
    pattern: /toomanyrequests|too many requests|rate ?limit|\b429\b/i,
    why: 'the registry’s rate limit is reached',
    hint: 'Wait, or sign in on the host with `docker login`: signed-in users have a higher limit.',
    retryable: true,
  },
  {
    code: 'registry.unauthorized',
    pattern:
      /unauthorized|authentication required|no basic auth credentials|access denied|pull access denied|\b401\b|\b403\b|denied:/i,
    why: 'the registry refuses access',
    hint: 'Sign in on the host with `docker login`, and look whether the account may read the repository.',
  },
  {
    code: 'registry.not-found',
    pattern:
      /manifest unknown|manifest for .* not found|name unknown|repository .* not found|not found: |\b404\b|: not found$/i,
    why: 'the registry does not have it',
    hint: 'Look whether the version was published, or was deleted since.',
  },
  {
    code: 'registry.unreachable',
    pattern:
      /connection refused|no such host|i\/o timeout|tls handshake timeout|network is unreachable|no route to host|context deadline exceeded|client\.timeout|connection reset|server misbehaving|temporary failure in name resolution|x509:|server gave http response to https client|\b50[0234]\b|unexpected eof/i,
    why: 'the host cannot reach the registry',
    hint: 'Look at the registry, and at the host’s DNS, proxy and firewall.',
    retryable: true,
  },
]

/** A failed pull as an error with its cause, from the engine's own words. */
export function toPullError(hostLabel: string, reference: string, words: string): SlipwayError {
  const cause = CAUSES.find(({ pattern }) => pattern.test(words))
  const options = {
    state: 'Layers that came whole stay on the host; nothing else was changed.',
    details: { reference, message: words.slice(0, 2000) },
  }
  if (cause === undefined) {
    return new SlipwayError('docker.pull-failed', `${hostLabel} could not pull ${reference}: ${words}`, {
      ...options,
      hint: `Try \`docker pull ${reference}\` on the host.`,
    })
  }
  return new SlipwayError(cause.code, `${hostLabel} could not pull ${reference}: ${cause.why}.`, {
    ...options,
    hint: cause.hint,
    retryable: cause.retryable,
  })
}
