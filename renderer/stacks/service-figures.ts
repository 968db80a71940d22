import type { ServiceView } from '../../shared/contract/stacks.ts'

/** `127.0.0.1:5010→8000`, `*:80→8080/udp`, or only the container's port when it is not published. */
export function portText({ hostIp, hostPort, containerPort, protocol }: ServiceView['ports'][number]): string {
  const suffix = protocol === 'tcp' ? '' : `/${protocol}`
  if (hostPort === null) return `${containerPort}${suffix}`
  const everywhere = hostIp === null || hostIp === '0.0.0.0' || hostIp === '::' || hostIp === ''
  const address = everywhere ? '*' : hostIp.includes(':') ? `[${hostIp}]` : hostIp
  return `${address}:${hostPort}→${containerPort}${suffix}`
}

/** Digest of what runs; where the engine does not know it, of what is pinned. */
export function runningDigest(service: ServiceView): string | null {
  return service.containers.find(({ digest }) => digest !== null)?.digest ?? service.pin?.digest ?? null
}

/** When the youngest running container of the service started: the service is up as a whole only since then. */
export function serviceStart({ containers }: Pick<ServiceView, 'containers'>): string | null {
  const starts = containers.flatMap(({ state, startedAt }) => (state === 'running' && startedAt ? [startedAt] : []))
  return starts.reduce<string | null>(
    (latest, start) => (latest === null || Date.parse(start) > Date.parse(latest) ? start : latest),
    null,
  )
}
