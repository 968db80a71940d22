import type { ComposeService } from '../../docker/compose.ts'
import type { Stack } from '../../stacks/stack.ts'

/**
 * Services of the stack that talk to a server, as far as the stack says: they wait for it, or a variable of theirs
 * names it as a host. Where none does, all that an upgrade changes are taken for such.
 */
export function clientsOf({ model, containers, runbook }: Stack, server: string): string[] {
  const hosts = [server, ...(containers[server] ?? []).map(({ name }) => name)]
  const found = Object.values(model.services).filter(
    (service) => service.name !== server && (server in service.dependsOn || namesAny(service, hosts)),
  )
  if (found.length > 0) return found.map(({ name }) => name)
  return runbook.services
    .filter(({ name, upgrade }) => upgrade && name !== server && name in model.services)
    .map(({ name }) => name)
}

function namesAny({ environment }: ComposeService, hosts: readonly string[]): boolean {
  return Object.values(environment).some((value) => value !== null && hosts.some((host) => isHostIn(value, host)))
}

/** `db`, `db:5432`, `postgres://user:password@db/app`, `host=db port=5432`. */
function isHostIn(value: string, host: string): boolean {
  const at = value.split(/[\s@/,;=?&]+/)
  return at.some((word) => word === host || word.startsWith(`${host}:`))
}
