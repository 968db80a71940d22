import { createMasker, isSecretName, type Masker } from '../../shared/operations/mask.ts'
import type { Stack } from './stack.ts'

/** As much of a stack as tells which values are secrets. */
interface Named {
  readonly runbook: Pick<Stack['runbook'], 'id' | 'secrets'>
  readonly model: Pick<Stack['model'], 'name' | 'services'>
}

type Masked = Named & Pick<Stack, 'containers'>

/**
 * A masker that knows every secret of a stack: those the runbook names, every variable whose name says so, and
 * passwords in URLs; as they should be (the model) and as they are (the containers).
 */
export function createStackMasker(stack: Masked): Masker {
  return createMasker(findStackSecrets(stack))
}

/** The values that such a masker knows, where another thread has to mask. */
export function findStackSecrets(stack: Masked): string[] {
  const named = stack.runbook.secrets.map(
    ({ service, variable }) => stack.model.services[service]?.environment[variable] ?? '',
  )
  const modelled = Object.values(stack.model.services).flatMap(({ environment }) => Object.entries(environment))
  const running = Object.values(stack.containers)
    .flat()
    .flatMap(({ environment }) => environment.map(splitAssignment))
  const found = [...modelled, ...running].flatMap(([name, value]) => secretsIn(name, value ?? ''))
  const names = namesOf(stack)
  return [...named, ...found].filter((value) => !names.has(value)).flatMap(spellings)
}

/** As JSON and URLs spell it too. JSON differs from language to language: Go escapes `<>&`, PHP `/`, Python all but ASCII. */
function spellings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const go = json.replaceAll(/[<>&]/g, escaped)
  return [value, json, go, json.replaceAll('/', '\\/'), json.replaceAll(/[^ -~]/g, escaped), encodeURIComponent(value)]
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** A variable whose value is a name, not a secret. */
const NAMING_VARIABLE = /(^|_)(USER|USERNAME|DB|DATABASE)$/

/**
 * Names that stand on every screen and in every command. A password that is one of them (as in the examples of many
 * products) is masked where it is written as a password; masked everywhere, it would garble each sentence and hide nothing.
 */
function namesOf({ runbook, model }: Named): ReadonlySet<string> {
  const services = Object.values(model.services)
  const images = services.flatMap(({ image }) => image?.split(/[/:@]/) ?? [])
  const named = services.flatMap(({ environment }) =>
    Object.entries(environment).flatMap(([name, value]) => (NAMING_VARIABLE.test(name) ? [value ?? ''] : [])),
  )
  return new Set([model.name, runbook.id, ...Object.keys(model.services), ...images, ...named])
}

function secretsIn(name: string, value: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:@/]*:([^@]+)@/i.exec(value)?.[1]
  return [...(isSecretName(name) ? [value] : []), ...(password === undefined ? [] : [password])]
}

function splitAssignment(text: string): [string, string] {
  const sign = text.indexOf('=')
  return sign === -1 ? [text, ''] : [text.slice(0, sign), text.slice(sign + 1)]
}
