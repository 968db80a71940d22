import { createServer } from 'node:http'
import { HttpError } from './http-error.js'
import { log } from './log.js'

/**
 * Serves routes `[method, /^path$/, handler]`; a handler gets `{ request, params, query }` and returns
 * `{ status, body }`, `{ status, stream, type }` or nothing. Each request is one line in the log.
 */
export function createHubServer(routes) {
  return createServer((request, response) => {
    const startedAt = Date.now()
    response.on('close', () => logRequest(request, response, Date.now() - startedAt))
    handle(routes, request).then(
      (answer) => send(response, answer),
      (error) => send(response, explain(error)),
    )
  })
}

async function handle(routes, request) {
  const url = new URL(request.url, 'http://hub')
  const fitting = routes.filter(([, path]) => path.test(url.pathname))
  if (fitting.length === 0) throw new HttpError(404, 'not found')
  const route = fitting.find(([method]) => method === request.method)
  if (!route) throw new HttpError(405, 'method not allowed')
  const params = route[1].exec(url.pathname)?.groups ?? {}
  return (await route[2]({ request, params, query: url.searchParams })) ?? { status: 204 }
}

function send(response, { status, body, stream, type, headers = {} }) {
  if (stream) {
    response.writeHead(status, { 'Content-Type': type, ...headers })
    stream.on('error', () => response.destroy())
    stream.pipe(response)
    return
  }
  const text = type ? body : body === undefined ? '' : JSON.stringify(body)
  response.writeHead(status, { 'Content-Type': type ?? 'application/json', ...headers })
  response.end(text)
}

function explain(error) {
  if (error instanceof HttpError) return { status: error.status, body: { error: error.message } }
  log.error({ err: error }, 'a request failed')
  return { status: 500, body: { error: 'internal error' } }
}

function logRequest(request, response, durationMs) {
  const path = request.url.split('?')[0]
  const level = path === '/health' && response.statusCode < 400 ? 'debug' : 'info'
  log[level]({ method: request.method, path, status: response.statusCode, durationMs }, 'request completed')
}

const longestBody = 1024 * 1024

/** The JSON object of a request's body. */
export async function readJson(request) {
  const chunks = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > longestBody) throw new HttpError(413, 'the body is too large')
    chunks.push(chunk)
  }
  try {
    const value = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Falls through: what is no JSON is refused like JSON that is no object.
  }
  throw new HttpError(400, 'the body is no JSON object')
}

/** Texts that a body must have, none of them empty. */
export function requireTexts(body, ...names) {
  const missing = names.filter((name) => typeof body[name] !== 'string' || body[name] === '')
  if (missing.length > 0) throw new HttpError(400, `missing: ${missing.join(', ')}`)
}
