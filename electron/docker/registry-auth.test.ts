import { expect, it } from 'vitest'
import { parseChallenge, tokenAnswerSchema, tokenUrl } from './registry-auth.ts'

it.each([
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull,push"',
    {
      scheme: 'bearer',
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      scope: 'repository:library/nginx:pull,push',
    },
  ],
  [
    'Bearer realm="https://ghcr.io/token"',
    { scheme: 'bearer', realm: 'https://ghcr.io/token', service: null, scope: null },
  ],
  ['Basic realm="Registry"', { scheme: 'basic' }],
  [
    'Basic realm="a", Bearer realm="https://r.example/t"',
    { scheme: 'bearer', realm: 'https://r.example/t', service: null, scope: null },
  ],
  ['Bearer service="x"', null],
  ['Negotiate', null],
  [undefined, null],
])('the challenge %s', (header, expected) => {
  expect(parseChallenge(header)).toEqual(expected)
})

it('asks for the right to pull where the registry names none', () => {
  const url = tokenUrl(
    { scheme: 'bearer', realm: 'https://r.example/t?x=1', service: 's', scope: null },
    'repository:a:pull',
  )
  expect(url.href).toBe('https://r.example/t?x=1&service=s&scope=repository%3Aa%3Apull')
})

it('takes a token by either of its names', () => {
  expect(tokenAnswerSchema.parse({ access_token: 'a', expires_in: 300 })).toEqual({ token: 'a', lifetimeMs: 150_000 })
  expect(tokenAnswerSchema.parse({ token: 't' })).toEqual({ token: 't', lifetimeMs: 30_000 })
  expect(tokenAnswerSchema.safeParse({}).success).toBe(false)
})
