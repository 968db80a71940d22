import type { Exec } from '../parts/postgres-fingerprint.ts'

export type Request = {
  readonly method?: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, or as it is if it is a string. */
  readonly body?: unknown
}

export type Answer = { readonly status: number; readonly headers: string; readonly body: string }

/** Sends one request to the stack; resolves with whatever status comes back, 0 if none does. */
export type Send = (request: Request) => Promise<Answer>

/** The one port of the stack on its host. */
export const publishedPort = 3100

/** Requests made on the host itself with its curl: the port need not be reachable from here. */
export function createExecSend(exec: Exec, port = publishedPort): Send {
  return async ({ method, path, headers = {}, body }) => {
    const lines = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const data = body === undefined ? [] : ['--data-binary', '@-']
    const verb = method ?? (body === undefined ? 'GET' : 'POST')
    const input = body === undefined ? {} : { input: typeof body === 'string' ? body : JSON.stringify(body) }
    // A connection that nobody takes is an answer too, and curl's exit code is not.
    const curl = ['sh', '-c', 'curl "$@" || true', 'sh', '-s', '-i', '-m', '20', '-X', verb, ...lines, ...data]
    const { stdout } = await exec([...curl, `http://127.0.0.1:${port}${path}`], input)
    return parseAnswer(stdout)
  }
}

/** The secrets out of the text of the stack's `.env`. */
export function parseSecrets(env: string): { readonly projectToken: string; readonly internalToken: string } {
  const read = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(env)?.[1] ?? ''
  return { projectToken: read('BRITTLE_PROJECT_TOKEN'), internalToken: read('BRITTLE_INTERNAL_TOKEN') }
}

/** Requests as a reporter sends them, with its project token. */
export function asReporter(send: Send, projectToken: string): Send {
  return (request) => send({ ...request, headers: { Authorization: `Bearer ${projectToken}`, ...request.headers } })
}

function parseAnswer(text: string): Answer {
  // An interim `100 Continue` comes with a head of its own.
  const final = text.replace(/^(HTTP\/1\.1 100 [^\r]*\r\n\r\n)+/, '')
  const end = final.indexOf('\r\n\r\n')
  const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(final) ?? []
  return { status: Number(status), headers: final.slice(0, end), body: final.slice(end + 4) }
}
