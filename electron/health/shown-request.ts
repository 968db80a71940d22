import type { HttpRequest } from '../../shared/runbook/request-schema.ts'
import { fillTemplate, type TemplateReference } from '../../shared/runbook/template.ts'
import { readVariable } from '../stacks/read-variable.ts'
import type { Stack } from '../stacks/stack.ts'
import { buildCurlArgv } from './http-by-curl.ts'
import { buildMessage } from './http-message.ts'
import { runningContainer } from './probe-target.ts'
import { findAddress, findBareAddress, formatAddress } from './service-address.ts'

/** Where a port of a service is reached from the host; by its name while it does not run. */
export function shownAuthority(stack: Stack, service: string, port: number, find = findAddress): string {
  const container = runningContainer(stack, service)
  const address = container === null ? null : find(container, port)
  return address === null ? `${service}:${port}` : formatAddress(address)
}

/** The same for a bare connection: host and port. */
export function shownTarget(stack: Stack, service: string, port: number): readonly [string, string] {
  const container = runningContainer(stack, service)
  const address = container === null ? null : findBareAddress(container, port)
  return [address?.host ?? service, String(address?.port ?? port)]
}

/** Variables are filled in; secrets, and what only a run knows, stay as the runbook writes them. Not masked. */
export function shownValues(stack: Stack, service: string): (reference: TemplateReference) => string {
  return ({ kind, name, text }) => (kind === 'env' ? (readVariable(stack, service, name) ?? text) : text)
}

/** The command that asks by curl what `ask` asks. */
export function showCurl(stack: Stack, request: HttpRequest): string[] {
  const authority = shownAuthority(stack, request.service, request.port)
  const resolve = shownValues(stack, request.service)
  const path = fillTemplate(request.path, (reference) =>
    reference.kind === 'env' ? encodeURIComponent(resolve(reference)) : reference.text,
  )
  const message = { ...buildMessage(request, authority, resolve), path }
  return buildCurlArgv(authority, message, request.timeoutSeconds * 1000)
}
