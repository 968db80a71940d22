import type { Exec } from './postgres-fingerprint.ts'

/** A request to a product, made on its host. */
export type HostRequest = {
  /** Default: POST if there is a body, else GET. */
  readonly method?: string
  /** Such as `http://127.0.0.1:8080/health`: as the host sees the product. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON, or as it is if it is a string. */
  readonly body?: unknown
}

export type Answer = { readonly status: number; readonly headers: string; readonly body: string }

/**
 * Makes a request on the host itself with its curl: a product's ports need not be reachable from here. Resolves with
 * whatever status comes back, 0 if none does.
 */
export async function sendFromHost(exec: Exec, { method, url, headers = {}, body }: HostRequest): Promise<Answer> {
  // With `Name;` curl sends a header without a value, which `Name:` would leave out.
  const lines = Object.entries(headers).flatMap(([name, value]) => [
    '-H',
    value === '' ? `${name};` : `${name}: ${value}`,
  ])
  const data = body === undefined ? [] : ['-H', 'Content-Type: application/json', '--data-binary', '@-']
  const verb = method ?? (body === undefined ? 'GET' : 'POST')
  const input = body === undefined ? {} : { input: typeof body === 'string' ? body : JSON.stringify(body) }
  // A connection that nobody takes is an answer too, and curl's exit code is not.
  const curl = ['sh', '-c', 'curl "$@" || true', 'sh']
  const { stdout } = await exec([...curl, '-s', '-i', '-m', '20', '-X', verb, ...lines, ...data, url], input)
  return parseAnswer(stdout)
}

function parseAnswer(text: string): Answer {
  // An interim `100 Continue` comes with a head of its own.
  const final = text.replace(/^(HTTP\/1\.1 100 [^\r]*\r\n\r\n)+/, '')
  const end = final.indexOf('\r\n\r\n')
  const [, status = '0'] = /^HTTP\/1\.1 (\d+)/.exec(final) ?? []
  return { status: Number(status), headers: final.slice(0, end), body: final.slice(end + 4) }
}
