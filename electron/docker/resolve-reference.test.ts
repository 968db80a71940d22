import { describe, expect, it } from 'vitest'
import { credentialKey, isLoopbackRegistry, registryApiHost, resolveReference } from './resolve-reference.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

describe('an image reference', () => {
  it.each([
    ['nginx', 'docker.io', 'library/nginx', null, null],
    ['nginx:1.27', 'docker.io', 'library/nginx', '1.27', null],
    ['bitnami/redis', 'docker.io', 'bitnami/redis', null, null],
    ['docker.io/nginx', 'docker.io', 'library/nginx', null, null],
    ['index.docker.io/library/nginx', 'docker.io', 'library/nginx', null, null],
    ['ghcr.io/team/app/web:v1.2.3', 'ghcr.io', 'team/app/web', 'v1.2.3', null],
    ['localhost/app', 'localhost', 'app', null, null],
    ['localhost:5000/app', 'localhost:5000', 'app', null, null],
    ['localhost:5000/team/app:0.10.0', 'localhost:5000', 'team/app', '0.10.0', null],
    [`registry.example.com:8443/app@${DIGEST}`, 'registry.example.com:8443', 'app', null, DIGEST],
    [`nginx:1.27@${DIGEST}`, 'docker.io', 'library/nginx', '1.27', DIGEST],
    ['my-app__x/a.b-c', 'docker.io', 'my-app__x/a.b-c', null, null],
  ])('%s is taken apart', (reference, registry, repository, tag, digest) => {
    expect(resolveReference(reference)).toMatchObject({ registry, repository, tag, digest })
  })

  it('keeps the name as it was written', () => {
    expect(resolveReference('localhost:5000/a/b:1').name).toBe('localhost:5000/a/b')
    expect(resolveReference('nginx:1').name).toBe('nginx')
  })

  it('means the same repository however short it is written', () => {
    const names = ['nginx', 'library/nginx', 'docker.io/nginx', 'index.docker.io/library/nginx']
    expect(new Set(names.map((name) => resolveReference(name).canonicalName))).toEqual(
      new Set(['docker.io/library/nginx']),
    )
  })

  it.each(['', ':1', 'Nginx', 'a//b', 'a:', 'a:-x', 'a@sha256:12', `a@${DIGEST}@${DIGEST}`, 'a/../b', '-a', 'a b'])(
    '“%s” is refused',
    (reference) => {
      expect(() => resolveReference(reference)).toThrow(expect.objectContaining({ code: 'input.invalid' }))
    },
  )
})

it.each([
  ['localhost:5000', true],
  ['localhost', true],
  ['127.0.0.1:5000', true],
  ['127.8.9.10', true],
  ['[::1]:5000', true],
  ['10.0.0.1:5000', false],
  ['localhost.example.com', false],
  ['docker.io', false],
])('a registry at %s is on loopback: %s', (registry, expected) => {
  expect(isLoopbackRegistry(registry)).toBe(expected)
})

it('asks Docker Hub at the address where its API is, with the key of its credentials', () => {
  expect(registryApiHost('docker.io')).toBe('registry-1.docker.io')
  expect(registryApiHost('ghcr.io')).toBe('ghcr.io')
  expect(credentialKey('docker.io')).toBe('https://index.docker.io/v1/')
  expect(credentialKey('localhost:5000')).toBe('localhost:5000')
})
