import type { HttpRequest } from '../../shared/runbook/request-schema.ts'
import { fillTemplate, fillTemplates, type TemplateReference } from '../../shared/runbook/template.ts'

/** A request with everything filled in, ready to be sent to an address. */
export interface HttpMessage {
  readonly method: string
  readonly path: string
  readonly tls: boolean
  /** With the Host header. Names as the runbook spells them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Fills a runbook's request in. `resolve` gives the value of each reference; in the path it is escaped. */
export function buildMessage(
  request: HttpRequest,
  authority: string,
  resolve: (reference: TemplateReference) => string,
): HttpMessage {
  const body = request.body === undefined ? null : buildBody(request.body, resolve)
  const headers: Record<string, string> = {
    Host: fillTemplate(request.host ?? authority, resolve),
    'User-Agent': 'slipway',
    Accept: '*/*',
    ...(body !== null && typeof request.body === 'object' ? { 'Content-Type': 'application/json' } : {}),
  }
  for (const [name, value] of Object.entries(request.headers)) {
    const twin = Object.keys(headers).find((known) => known.toLowerCase() === name.toLowerCase())
    if (twin !== undefined) delete headers[twin]
    headers[name] = fillTemplate(value, resolve)
  }
  const path = fillTemplate(request.path, (reference) => encodeURIComponent(resolve(reference)))
  return { method: request.method, path, tls: request.tls, headers, body }
}

function buildBody(body: NonNullable<HttpRequest['body']>, resolve: (reference: TemplateReference) => string): string {
  return typeof body === 'string' ? fillTemplate(body, resolve) : JSON.stringify(fillTemplates(body, resolve))
}
