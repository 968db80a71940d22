import { valueAt } from './line-keys.ts'

const METHOD = ['method', 'req.method', 'request.method', 'http.method', 'http.request.method']
const PATH = ['path', 'url', 'uri', 'req.url', 'req.path', 'request.uri', 'request.path', 'route', 'host']
const STATUS = ['status', 'statusCode', 'status_code', 'res.statusCode', 'response.status', 'http.status_code']
const DURATION_MS = ['duration_ms', 'durationMs', 'responseTime', 'response_time_ms', 'elapsed_ms', 'latency_ms']
const ERROR = ['err.message', 'error.message', 'exception.message', 'err', 'error', 'exception', 'reason']

function firstText(fields: unknown, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = valueAt(fields, name)
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value)
  }
  return undefined
}

/** A message for a line that has none: what was asked and answered, else the error, else its first fields. */
export function describeFields(fields: Readonly<Record<string, unknown>>): string {
  const duration = firstText(fields, DURATION_MS)
  const status = firstText(fields, STATUS)
  if (status !== undefined) {
    const parts = [firstText(fields, METHOD), firstText(fields, PATH), status]
    const answer = parts.filter((part) => part !== undefined).join(' ')
    return duration === undefined ? answer : `${answer} in ${duration} ms`
  }
  const error = firstText(fields, ERROR)
  if (error !== undefined) return error
  return Object.entries(fields)
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .slice(0, 8)
    .map(([key, value]) => `${key}=${String(value).slice(0, 200)}`)
    .join(' ')
}
