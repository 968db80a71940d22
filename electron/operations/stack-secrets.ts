import { createMasker, isSecretName, type Masker } from '../../shared/operations/mask.ts'
import type { Stack } from '../stacks/stack.ts'

/**
 * A masker that knows every secret of a stack: those the runbook names, every variable whose name says so, and
 * passwords in URLs; as they should be (the model) and as they are (the containers).
 */
export function createStackMasker(stack: Stack): Masker {
  const named = stack.runbook.secrets.map(
    ({ service, variable }) => stack.model.services[service]?.environment[variable] ?? '',
  )
  const modelled = Object.values(stack.model.services).flatMap(({ environment }) => Object.entries(environment))
  const running = Object.values(stack.containers)
    .flat()
    .flatMap(({ environment }) => environment.map(splitAssignment))
  const found = [...modelled, ...running].flatMap(([name, value]) => secretsIn(name, value ?? ''))
  return createMasker([...named, ...found])
}

function secretsIn(name: string, value: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:@/]*:([^@]+)@/i.exec(value)?.[1]
  return [...(isSecretName(name) ? [value] : []), ...(password === undefined ? [] : [password])]
}

function splitAssignment(text: string): [string, string] {
  const sign = text.indexOf('=')
  return sign === -1 ? [text, ''] : [text.slice(0, sign), text.slice(sign + 1)]
}
