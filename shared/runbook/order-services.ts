interface Ordered {
  readonly name: string
  readonly after: readonly string[]
}

/**
 * The services in the order in which they are taken: as they are listed, but each behind those that it comes `after`.
 * Names that are not in the list count for nothing, and a circle ends where it is met.
 */
export function orderServices<T extends Ordered>(services: readonly T[]): T[] {
  const byName = new Map(services.map((service) => [service.name, service]))
  const ordered = new Set<T>()
  const visiting = new Set<T>()
  const add = (service: T): void => {
    if (visiting.has(service)) return
    visiting.add(service)
    for (const name of service.after) {
      const earlier = byName.get(name)
      if (earlier !== undefined) add(earlier)
    }
    ordered.add(service)
  }
  for (const service of services) add(service)
  return [...ordered]
}

/** The first circle among `after`, as the names on the way round: `a`, `b`, `a`. Null where there is none. */
export function findCircle(services: readonly Ordered[]): string[] | null {
  const byName = new Map(services.map((service) => [service.name, service]))
  const done = new Set<string>()
  const way: string[] = []
  const onTheWay = new Set<string>()
  const walk = (name: string): string[] | null => {
    if (onTheWay.has(name)) return [...way.slice(way.indexOf(name)), name]
    if (done.has(name)) return null
    way.push(name)
    onTheWay.add(name)
    for (const earlier of byName.get(name)?.after ?? []) {
      const circle = walk(earlier)
      if (circle !== null) return circle
    }
    way.pop()
    onTheWay.delete(name)
    done.add(name)
    return null
  }
  for (const { name } of services) {
    const circle = walk(name)
    if (circle !== null) return circle
  }
  return null
}
