import type { ComposeService } from '../docker/compose.ts'
import type { Container } from '../docker/engine.ts'
import { LABELS } from './discovery.ts'

/** For tests: a healthy container of a service of the project `acme`, but for what is changed. */
export function buildContainer(service: string, change: Partial<Container> = {}): Container {
  return {
    id: `${service}-id`,
    name: `acme-${service}-1`,
    state: 'running',
    health: 'healthy',
    exitCode: null,
    restartCount: 0,
    startedAt: '2026-01-01T11:00:00Z',
    imageReference: `acme/${service}:1.0.0`,
    imageId: `sha256:${service}`,
    digest: null,
    oomKilled: false,
    labels: { [LABELS.project]: 'acme', [LABELS.service]: service, [LABELS.configHash]: `${service}-hash` },
    createdAt: '2026-01-01T11:00:00Z',
    healthLog: [],
    error: null,
    mounts: [],
    addresses: { acme_default: '172.18.0.2' },
    ports: [],
    memoryLimitBytes: null,
    environment: [],
    ...change,
  }
}

/** For tests: a service of a resolved model. */
export function buildService(name: string, change: Partial<ComposeService> = {}): ComposeService {
  return {
    name,
    image: `acme/${name}:1.0.0`,
    build: false,
    environment: {},
    dependsOn: {},
    ports: [],
    volumes: [],
    hasHealthcheck: false,
    restart: null,
    memoryLimitBytes: null,
    profiles: [],
    scale: 1,
    ...change,
  }
}
