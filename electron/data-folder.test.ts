import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultDataFolder } from './data-folder.ts'

test.each([
  ['linux', {}, join(homedir(), '.config', 'app')],
  ['linux', { XDG_CONFIG_HOME: '' }, join(homedir(), '.config', 'app')],
  ['linux', { XDG_CONFIG_HOME: '/data/config' }, '/data/config/app'],
  ['darwin', {}, join(homedir(), 'Library', 'Application Support', 'app')],
  ['win32', { APPDATA: '/roaming' }, join('/roaming', 'app')],
] as const)('on %s with %j it is %s', (platform, env, folder) => {
  expect(defaultDataFolder('app', platform, env)).toBe(folder)
})
