import { type Answer, type HostRequest, sendFromHost } from '../parts/host-requests.ts'
import type { Exec, PostgresPlace } from '../parts/postgres-fingerprint.ts'

const baseUrl = 'http://127.0.0.1:8080'

export type Request = Omit<HostRequest, 'url'> & {
  /** With its query, such as `/api/v1/packets?status=created`. */
  readonly path: string
}

/** Sends one request to the API; resolves with whatever status comes back, 0 if none does. */
export type Send = (request: Request) => Promise<Answer>

/** Requests made on the host itself, with a key unless it is empty. */
export function createSend(exec: Exec, apiKey: string): Send {
  const key = apiKey === '' ? {} : { 'X-API-Key': apiKey }
  return ({ path, headers, ...request }) =>
    sendFromHost(exec, { ...request, url: `${baseUrl}${path}`, headers: { ...key, ...headers } })
}

/** The first key, out of the text of the stack's `.env`. */
export function parseAdminKey(env: string): string {
  return /^HR_ADMIN_API_KEY=(.+)$/m.exec(env)?.[1] ?? ''
}

/** The stack's database; the project is called after its folder unless told otherwise. */
export function databasePlace(project = 'handoffrail'): PostgresPlace {
  return { container: `${project}-db-1`, user: 'handoffrail', database: 'handoffrail' }
}

/** The database of the development stack, on the host. */
export function sqlitePath(project = 'handoffrail'): string {
  return `/var/lib/docker/volumes/${project}_db-data/_data/handoffrail.db`
}
