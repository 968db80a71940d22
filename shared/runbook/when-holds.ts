import type { When } from './condition-schema.ts'
import { matchesExpression } from './expression.ts'
import { matchesImage } from './image-glob.ts'

/** How a stack is set up, as far as a condition can ask: by the name of each service. */
export type StackSetup = Readonly<Record<string, ServiceSetup>>

export interface ServiceSetup {
  /** With its registry, without its tag; null for a service without an image. */
  readonly repository: string | null
  /** As Compose resolves it. */
  readonly environment: Readonly<Record<string, string | null>>
}

/** Why a condition does not hold, in a sentence without any value of a variable; null where it holds. */
export function explainWhen(when: When | undefined, setup: StackSetup): string | null {
  if (when === undefined) return null
  const service = Object.hasOwn(setup, when.service) ? setup[when.service] : undefined
  if (service === undefined) return explainMissing(when.service)
  const missing = when.beside?.find((name) => !Object.hasOwn(setup, name))
  if (missing !== undefined) return explainMissing(missing)
  if (when.image !== undefined && !(service.repository !== null && matchesImage(when.image, service.repository))) {
    return `The image of ${when.service} is ${service.repository ?? 'built on the host'}, and not ${when.image}.`
  }
  return when.variable === undefined ? null : explainVariable(when.variable, when, service)
}

function explainMissing(service: string): string {
  return `There is no service ${service} in this stack.`
}

function explainVariable(name: string, { service, matches }: When, { environment }: ServiceSetup): string | null {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined
  if (value === undefined || value === null || value === '') return `${name} is not set for ${service}.`
  if (matches === undefined || matchesExpression(matches, value)) return null
  return `${name} of ${service} does not match ${matches}.`
}
