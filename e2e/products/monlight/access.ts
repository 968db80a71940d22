import { type Answer, sendFromHost } from '../parts/host-requests.ts'
import type { Exec } from '../parts/postgres-fingerprint.ts'
import type { Service } from './versions.ts'

export type { Answer, Exec }

/** How each service is reached on its host, and where its data is. */
export const serviceFacts: Readonly<Record<Service, { port: number; database: string; keyVariable: string }>> = {
  'error-tracker': { port: 5010, database: 'errors.db', keyVariable: 'ERROR_TRACKER_API_KEY' },
  'log-viewer': { port: 5011, database: 'logs.db', keyVariable: 'LOG_VIEWER_API_KEY' },
  'metrics-collector': { port: 5012, database: 'metrics.db', keyVariable: 'METRICS_COLLECTOR_API_KEY' },
  'browser-relay': { port: 5013, database: 'browser-relay.db', keyVariable: 'BROWSER_RELAY_ADMIN_API_KEY' },
}

/** The API key of each service. */
export type ApiKeys = Readonly<Record<Service, string>>

export type Request = {
  readonly service: Service
  readonly method?: string
  /** With its query, such as `/api/errors?limit=1`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, or as it is if it is a string. */
  readonly body?: unknown
}

/** Sends one request to a service; resolves with whatever status comes back. */
export type Send = (request: Request) => Promise<Answer>

/** Requests made on the host itself with its curl: the services' ports need not be reachable from here. */
export function createExecSend(exec: Exec): Send {
  return ({ service, path, ...request }) =>
    sendFromHost(exec, { ...request, url: `http://127.0.0.1:${serviceFacts[service].port}${path}` })
}

/** The API keys out of the text of the stack's `.env`. */
export function parseApiKeys(env: string): ApiKeys {
  const readKey = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(env)?.[1] ?? ''
  const entries = Object.entries(serviceFacts).map(([service, { keyVariable }]) => [service, readKey(keyVariable)])
  return Object.fromEntries(entries) as ApiKeys
}

/** Where a service's database is on the host; the project is called after its folder unless told otherwise. */
export function databasePath(service: Service, project = 'monlight'): string {
  return `/var/lib/docker/volumes/${project}_${service}-data/_data/${serviceFacts[service].database}`
}
