import type { Masker } from '../../shared/operations/mask.ts'
import type { StackReading } from '../stacks/read-stack.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'

/** Services that have other containers than before, or the same ones in another state. */
export function changedServices(before: StackReading | null, after: StackReading): ReadonlySet<string> {
  const services = new Set([...Object.keys(before?.containers ?? {}), ...Object.keys(after.containers)])
  return new Set([...services].filter((service) => fingerprint(before, service) !== fingerprint(after, service)))
}

function fingerprint(reading: StackReading | null, service: string): string {
  const containers = reading?.containers[service] ?? []
  return containers.map(({ id, state, health, startedAt }) => `${id} ${state} ${health} ${startedAt}`).join('\n')
}

/** Id of the image that each wanted reference means on the host; null: it is not there. */
export async function readLocalImages(stack: Stack, signal: AbortSignal): Promise<Record<string, string | null>> {
  const references = [...new Set(Object.values(stack.pins).map(({ reference }) => reference))]
  const images = await Promise.all(
    references.map(async (reference) => {
      const image = await stack.session.engine.inspectImage(reference, { signal })
      return [reference, image?.id ?? null] as const
    }),
  )
  return Object.fromEntries(images)
}

/** Where the files cannot be read, what runs still tells which values are secrets. */
export function maskerOf(reading: StackReading | null): Masker {
  if (reading?.stack) return createStackMasker(reading.stack)
  const name = reading?.ref.project ?? ''
  const runbook = { id: name, secrets: [] }
  return createStackMasker({ runbook, model: { name, services: {} }, containers: reading?.containers ?? {} })
}
