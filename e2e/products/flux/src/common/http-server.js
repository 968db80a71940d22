import { createServer } from 'node:http'
import { pipeline } from 'node:stream/promises'

const maxBodyBytes = 4 * 1024 * 1024

/** An answer that is not a success, thrown from anywhere below a handler. */
export class HttpError extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * Serves `handle` until SIGTERM. It gets a request as `{ method, path, query, headers, body }` (`body` reads it) and
 * returns `{ status, headers, body }`: text, bytes, a stream, or a value to be sent as JSON. What it throws is
 * answered as `{ "error": … }`.
 */
export function serve(port, handle, onListening) {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, handle).catch(() => outgoing.destroy())
  })
  server.listen(port, '0.0.0.0', onListening)
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0))
    server.closeAllConnections()
  })
}

async function answer(incoming, outgoing, handle) {
  const { status = 200, headers = {}, body } = await decide(incoming, handle)
  const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) || body.pipe
  outgoing.writeHead(status, isRaw ? headers : { 'content-type': 'application/json', ...headers })
  if (body?.pipe) return await pipeline(body, outgoing)
  outgoing.end(isRaw ? body : JSON.stringify(body))
}

async function decide(incoming, handle) {
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://localhost')
  const { method, headers } = incoming
  try {
    return await handle({ method, path: pathname, query: searchParams, headers, body: () => readBody(incoming) })
  } catch (error) {
    const status = error instanceof HttpError ? error.status : 500
    return { status, body: { error: error instanceof Error ? error.message : String(error) } }
  }
}

async function readBody(incoming) {
  const chunks = []
  let bytes = 0
  for await (const chunk of incoming) {
    bytes += chunk.length
    if (bytes > maxBodyBytes) throw new HttpError(413, 'body exceeds maximum size')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body as JSON; anything else is the caller's mistake. */
export async function readJson(request) {
  try {
    return JSON.parse((await request.body()).toString())
  } catch (error) {
    if (error instanceof HttpError) throw error
    throw new HttpError(400, 'Invalid JSON body')
  }
}
