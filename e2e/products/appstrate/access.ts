/** Runs a command as root on the stack's host, and throws when it fails; `SampleHost.exec` is one. */
export type Exec = (argv: readonly string[], options?: { input?: string }) => Promise<{ stdout: string }>

export type Request = {
  readonly method?: string
  /** With its query, such as `/api/runs?limit=1`. */
  readonly path: string
  /** An API key or a session's token. */
  readonly as?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, or as it is if it is a string. */
  readonly body?: unknown
}

export type Answer = { readonly status: number; readonly headers: string; readonly body: string }

/** Sends one request to the API; resolves with whatever status comes back (0: none). */
export type Send = (request: Request) => Promise<Answer>

/** What an organization's owner has in hand. */
export type Account = { readonly token: string; readonly orgId: string; readonly apiKey: string }

/** Requests made on the host itself with its curl: the API's port need not be reachable from here. */
export function createExecSend(exec: Exec, port = 3000): Send {
  return async ({ method, path, as, headers = {}, body }) => {
    const type = typeof body === 'string' ? 'text/plain' : 'application/json'
    const all = {
      ...(as === undefined ? {} : { Authorization: `Bearer ${as}` }),
      ...(body === undefined ? {} : { 'Content-Type': type }),
      ...headers,
    }
    const lines = Object.entries(all).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
    const data = body === undefined ? [] : ['--data-binary', '@-']
    const verb = method ?? (body === undefined ? 'GET' : 'POST')
    const input = body === undefined ? {} : { input: typeof body === 'string' ? body : JSON.stringify(body) }
    const curl = ['curl', '-s', '-i', '-m', '20', '-X', verb, ...lines, ...data, `http://127.0.0.1:${port}${path}`]
    const { stdout } = await exec(['sh', '-c', '"$@" || true', 'sh', ...curl], input)
    return parseAnswer(stdout)
  }
}

/** Sends, and throws unless the status is the expected one. Resolves with the JSON body (undefined if there is none). */
export async function expectStatus<Body>(send: Send, request: Request, status: number): Promise<Body> {
  const answer = await send(request)
  if (answer.status !== status) {
    throw new Error(`${request.method ?? ''} ${request.path}: ${answer.status} instead of ${status}: ${answer.body}`)
  }
  return (answer.body.startsWith('{') ? JSON.parse(answer.body) : undefined) as Body
}

/** Signs up somebody new, with an organization and an API key of its own. */
export async function openAccount(send: Send, name: string): Promise<Account> {
  const person = { email: `${name}@example.invalid`, password: `${name}-password`, name }
  const signUp = { path: '/api/auth/sign-up/email', body: person }
  const { token } = await expectStatus<{ token: string }>(send, signUp, 200)
  const { id: orgId } = await expectStatus<{ id: string }>(
    send,
    { path: '/api/orgs', as: token, body: { name: `${name}'s organization` } },
    201,
  )
  const newKey = { path: '/api/api-keys', as: token, headers: { 'X-Org-Id': orgId }, body: { name: 'for tests' } }
  const { key: apiKey } = await expectStatus<{ key: string }>(send, newKey, 201)
  return { token, orgId, apiKey }
}

function parseAnswer(text: string): Answer {
  // An interim `100 Continue` comes with a head of its own.
  const final = text.replace(/^(HTTP\/1\.1 100 [^\r]*\r\n\r\n)+/, '')
  const end = final.indexOf('\r\n\r\n')
  const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(final) ?? []
  return { status: Number(status), headers: final.slice(0, end), body: final.slice(end + 4) }
}
