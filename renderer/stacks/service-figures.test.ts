import { describe, expect, it } from 'vitest'
import type { ContainerView } from '../../shared/contract/stacks.ts'
import { portText, serviceStart } from './service-figures.ts'

describe('ports', () => {
  it.each([
    [{ hostIp: '127.0.0.1', hostPort: 5010, containerPort: 8000, protocol: 'tcp' }, '127.0.0.1:5010→8000'],
    [{ hostIp: '0.0.0.0', hostPort: 80, containerPort: 8080, protocol: 'tcp' }, '*:80→8080'],
    [{ hostIp: '::1', hostPort: 53, containerPort: 53, protocol: 'udp' }, '[::1]:53→53/udp'],
    [{ hostIp: null, hostPort: null, containerPort: 9000, protocol: 'tcp' }, '9000'],
  ])('writes %o as %s', (port, text) => expect(portText(port)).toBe(text))
})

describe('uptime', () => {
  const container = (state: ContainerView['state'], startedAt: string | null): ContainerView => ({
    id: 'c',
    name: 'c',
    state,
    health: null,
    exitCode: null,
    restartCount: 0,
    startedAt,
    imageReference: 'i',
    imageId: 'i',
    digest: null,
    oomKilled: false,
  })

  it('counts from the container that started last', () => {
    const containers = [container('running', '2026-03-01T10:00:00Z'), container('running', '2026-03-01T11:00:00Z')]
    expect(serviceStart({ containers })).toBe('2026-03-01T11:00:00Z')
  })

  it('is none when nothing runs', () => {
    expect(serviceStart({ containers: [container('exited', '2026-03-01T10:00:00Z')] })).toBeNull()
  })
})
