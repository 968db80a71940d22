import { expect, it } from 'vitest'
import { toPullError } from './pull-errors.ts'

it.each([
  ['manifest for localhost:5000/a:9 not found: manifest unknown: manifest unknown', 'registry.not-found'],
  ['failed to resolve reference "ghcr.io/a/b:9": ghcr.io/a/b:9: not found', 'registry.not-found'],
  [
    "pull access denied for a/b, repository does not exist or may require 'docker login': denied: requested access",
    'registry.unauthorized',
  ],
  ['Head "http://localhost:5000/v2/a/manifests/1": no basic auth credentials', 'registry.unauthorized'],
  ['error from registry: unauthorized: authentication required', 'registry.unauthorized'],
  ['toomanyrequests: You have reached your pull rate limit.', 'registry.rate-limited'],
  ['received unexpected HTTP status: 429 Too Many Requests', 'registry.rate-limited'],
  ['Get "http://localhost:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused', 'registry.unreachable'],
  ['Get "https://reg.example/v2/": dial tcp: lookup reg.example: no such host', 'registry.unreachable'],
  ['Get "https://reg.example/v2/": tls: failed to verify certificate: x509: unknown authority', 'registry.unreachable'],
  ['received unexpected HTTP status: 503 Service Unavailable', 'registry.unreachable'],
  ['failed to register layer: write /app/x: no space left on device', 'host.disk-full'],
  ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'docker.wrong-architecture'],
  ['unexpected something else', 'docker.pull-failed'],
])('“%s” is %s', (words, code) => {
  const error = toPullError('vm', 'localhost:5000/a:9', words)
  expect(error.code).toBe(code)
  expect(error.details?.message).toBe(words)
  expect(error.hint).toBeTruthy()
})
