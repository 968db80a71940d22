import { expect, test } from 'vitest'
import type { Container } from '../docker/engine.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import { findAddress, findBareAddress, formatAddress } from './service-address.ts'

function published(...bindings: readonly [string | null, number | null][]): Container['ports'] {
  return bindings.map(([hostIp, hostPort]) => ({ containerPort: 8000, protocol: 'tcp', hostIp, hostPort }))
}

test.each<[string, Partial<Container>, string | null, string | null]>([
  ['published everywhere', { ports: published(['0.0.0.0', 5010], ['::', 5010]) }, '127.0.0.1:5010', '172.18.0.2:8000'],
  ['published on IPv6 only', { ports: published(['::1', 5010]) }, '[::1]:5010', '172.18.0.2:8000'],
  ['published on one address', { ports: published(['10.0.0.5', 5010]) }, '10.0.0.5:5010', '172.18.0.2:8000'],
  ['not published', { ports: published([null, null]) }, '172.18.0.2:8000', '172.18.0.2:8000'],
  ['on the network of the host', { addresses: {}, ports: [] }, '127.0.0.1:8000', '127.0.0.1:8000'],
  [
    'published as UDP',
    { ports: [{ containerPort: 8000, protocol: 'udp', hostIp: '0.0.0.0', hostPort: 5010 }] },
    '172.18.0.2:8000',
    '172.18.0.2:8000',
  ],
  ['without an address', { addresses: {}, ports: published([null, null]) }, null, null],
])('a container that is %s', (_title, change, address, bare) => {
  const container = buildContainer('api', change)
  const format = (found: ReturnType<typeof findAddress>) => (found === null ? null : formatAddress(found))
  expect(format(findAddress(container, 8000))).toBe(address)
  expect(format(findBareAddress(container, 8000))).toBe(bare)
})
