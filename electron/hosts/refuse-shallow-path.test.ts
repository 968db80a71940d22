import { expect, test } from 'vitest'
import { refuseShallowPath } from './command-files.ts'

test.each([
  '/',
  '//',
  '/home',
  '/home/',
  '/tmp/..',
  '/a/b/../../..',
  'relative/path',
  '',
  '/tmp/.',
  '/./tmp',
  '/.//tmp/./',
])('removing the tree %j is refused', (path) => {
  expect(() => refuseShallowPath(path, 'the host')).toThrow(expect.objectContaining({ code: 'input.invalid' }))
})

test.each(['/home/deploy', '/srv/app/.slipway/backups', '/home/deploy/..hidden', '/home/deploy/'])(
  'removing the tree %j is allowed',
  (path) => {
    expect(() => refuseShallowPath(path, 'the host')).not.toThrow()
  },
)
