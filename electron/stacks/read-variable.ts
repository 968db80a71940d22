import type { Stack } from './stack.ts'

/** A variable of a service: as Compose resolves it, else as the image sets it. Null where it is not set. */
export function readVariable(
  { model, containers }: Pick<Stack, 'model' | 'containers'>,
  service: string,
  name: string,
): string | null {
  const resolved = model.services[service]?.environment[name]
  if (resolved != null) return resolved
  const assignment = containers[service]?.[0]?.environment.find((text) => text.startsWith(`${name}=`))
  return assignment === undefined ? null : assignment.slice(name.length + 1)
}
