import { MASK } from '../../../shared/operations/mask.ts'
import type { Probe } from '../../../shared/runbook/probe-schema.ts'
import type { HttpRequest } from '../../../shared/runbook/request-schema.ts'
import { fillTemplate, fillTemplates, type TemplateReference } from '../../../shared/runbook/template.ts'
import { readVariable } from '../../stacks/read-variable.ts'
import type { Stack } from '../../stacks/stack.ts'
import { createStackMasker } from '../../stacks/stack-masker.ts'
import { runningContainer } from '../probe-target.ts'
import { findAddress, findBareAddress, formatAddress } from '../service-address.ts'

/** Where a port of a service is reached from the host; by its name where it does not run. */
function authority(stack: Stack, service: string, port: number, find: typeof findAddress): string {
  const container = runningContainer(stack, service)
  const address = container === null ? null : find(container, port)
  return address === null ? `${service}:${port}` : formatAddress(address)
}

/** Variables are filled in, secrets are dots, and what only a run knows stays as it is written. */
function resolver(stack: Stack, service: string) {
  return ({ kind, name, text }: TemplateReference): string => {
    if (kind === 'secret') return MASK
    return kind === 'env' ? (readVariable(stack, service, name) ?? text) : text
  }
}

/** A request as it is sent: the line, the headers that the runbook gives, the body. */
export function showRequest(stack: Stack, request: HttpRequest): string {
  const resolve = resolver(stack, request.service)
  const scheme = request.tls ? 'https' : 'http'
  const target = authority(stack, request.service, request.port, findAddress)
  const lines = [
    `${request.method} ${scheme}://${target}${fillTemplate(request.path, resolve)}`,
    ...(request.host === undefined ? [] : [`Host: ${fillTemplate(request.host, resolve)}`]),
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${fillTemplate(value, resolve)}`),
    ...(request.body === undefined ? [] : ['', showBody(request.body, resolve)]),
  ]
  return createStackMasker(stack)(lines.join('\n'))
}

function showBody(body: NonNullable<HttpRequest['body']>, resolve: (reference: TemplateReference) => string): string {
  return typeof body === 'string' ? fillTemplate(body, resolve) : JSON.stringify(fillTemplates(body, resolve))
}

/** What a probe asks, as it is asked. */
export function showProbe(stack: Stack, probe: Probe): string {
  if ('http' in probe) return showRequest(stack, probe.http)
  if ('tcp' in probe) return `connect to ${authority(stack, probe.tcp.service, probe.tcp.port, findBareAddress)}`
  if ('tls' in probe) {
    const { service, port, serverName } = probe.tls
    const name = fillTemplate(serverName, resolver(stack, service))
    return createStackMasker(stack)(`TLS handshake with ${authority(stack, service, port, findAddress)} for ${name}`)
  }
  if ('command' in probe) return `docker compose exec ${probe.command.service} ${probe.command.argv.join(' ')}`
  if ('container' in probe) return `look at the container of ${probe.container.service}`
  return probe.query.sql
}
