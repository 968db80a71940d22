import { request } from 'node:http'
import { build } from './build.js'
import { logger } from './logger.js'

const checkEveryMs = 2_000
const requestTimeoutMs = 30_000
const runMemoryBytes = 128 * 1024 * 1024
const streamHeaderBytes = 8

/** Runs agents in containers of their own, by the host's engine. */
export function createOrchestrator({ dockerSocket, runnerImage }) {
  const engine = createEngine(dockerSocket)
  let healthy = false
  let timer
  const check = async () => {
    const error = await engine('GET', '/version').then(
      () => undefined,
      (reason) => reason,
    )
    if (error && (healthy || timer === undefined)) {
      logger.warn({ error: error.message }, 'Could not initialize container orchestrator')
    }
    healthy = error === undefined
  }
  return {
    isHealthy: () => healthy,
    async start() {
      await check()
      timer = setInterval(check, checkEveryMs)
    },
    stop: () => clearInterval(timer),
    runAgent: (runId, env) => runContainer(engine, runnerImage, runId, env),
  }
}

/** What the agent printed; throws when its container ends with another code than 0. */
async function runContainer(engine, image, runId, env) {
  const body = {
    Image: image,
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: { 'appstrate.run': runId },
    HostConfig: { Memory: runMemoryBytes, NetworkMode: 'none' },
  }
  const { Id } = JSON.parse(await engine('POST', `/containers/create?name=appstrate-run-${runId}`, body))
  try {
    await engine('POST', `/containers/${Id}/start`)
    const { StatusCode } = JSON.parse(await engine('POST', `/containers/${Id}/wait`))
    const output = demultiplex(Buffer.from(await engine('GET', `/containers/${Id}/logs?stdout=1`), 'latin1'))
    if (StatusCode !== 0) throw new Error(`The agent ended with exit code ${StatusCode}`)
    return output
  } finally {
    await engine('DELETE', `/containers/${Id}?force=1&v=1`)
  }
}

/** Each piece of a container's output comes behind a header with its length. */
function demultiplex(bytes) {
  const pieces = []
  for (let at = 0; at + streamHeaderBytes <= bytes.length; ) {
    const end = at + streamHeaderBytes + bytes.readUInt32BE(at + 4)
    pieces.push(bytes.subarray(at + streamHeaderBytes, end))
    at = end
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Requests to the engine; resolves with the body in latin1, rejects with its message for 400 and above. */
function createEngine(socketPath) {
  // Pinned to an API that no engine has yet, the version with this mistake never gets an answer.
  const prefix = build.mistake === 'ENGINE_API' ? '/v1.99' : ''
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = body === undefined ? {} : { 'Content-Type': 'application/json' }
      // Without an agent: a kept connection would outlive the socket's file.
      const options = { socketPath, method, path: prefix + path, headers, timeout: requestTimeoutMs, agent: false }
      const outgoing = request(options, (response) => {
        const chunks = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('latin1')
          if (response.statusCode < 400) resolve(text)
          else reject(new Error(`Docker engine: ${response.statusCode} ${text.trim()}`))
        })
      })
      outgoing.on('timeout', () => outgoing.destroy(new Error('The Docker engine does not answer')))
      outgoing.on('error', reject)
      outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    })
}
