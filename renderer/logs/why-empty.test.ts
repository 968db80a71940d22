import { expect, test } from 'vitest'
import type { LogServiceState } from '../../shared/contract/logs.ts'
import { whyEmpty } from './why-empty.ts'

const lost = { code: 'host.unreachable', message: 'The host does not answer.' } as LogServiceState['error']
const web = (state: LogServiceState['state'], error: LogServiceState['error'] = null): LogServiceState => ({
  service: 'web',
  state,
  format: 'plain',
  detected: true,
  fields: [],
  error,
})

test.each([
  ['before the stack was read', { error: null, services: [] }, { kind: 'opening' }],
  ['when the stack cannot be read', { error: lost, services: [] }, { kind: 'failed' }],
  ['when the host was lost before a line came', { error: lost, services: [web('following')] }, { kind: 'failed' }],
  ['while no container is there', { error: null, services: [web('waiting')] }, { kind: 'unread' }],
  ['while the connection comes back', { error: null, services: [web('reconnecting')] }, { kind: 'unread' }],
  ['of a service that cannot be read', { error: null, services: [web('ended', lost)] }, { kind: 'unread' }],
  ['of a silent service', { error: null, services: [web('following')] }, { kind: 'silent', unreadable: [] }],
  [
    'of a silent service beside one that cannot be read',
    { error: null, services: [{ ...web('ended'), service: 'db' }, web('ended', lost)] },
    { kind: 'silent', unreadable: ['web'] },
  ],
] as const)('%s nothing is said that was not seen', (_, state, why) => {
  expect(whyEmpty({ error: state.error, services: [...state.services] })).toEqual(why)
})
