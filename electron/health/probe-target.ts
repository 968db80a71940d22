import { createMasker, isSecretName, type Masker } from '../../shared/operations/mask.ts'
import type { Container } from '../docker/engine.ts'
import type { Stack } from '../stacks/stack.ts'

/** What probes need to know of a stack. */
export type ProbedStack = Pick<Stack, 'session' | 'model' | 'runbook' | 'containers' | 'pins'>

/** The container that answers for a service: the first that runs. */
export function runningContainer({ containers }: Pick<Stack, 'containers'>, service: string): Container | null {
  return containers[service]?.find(({ state }) => state === 'running') ?? null
}

/** The value of a runbook's secret in the resolved environment; null where it is not set there. */
export function resolveSecret({ runbook, model }: Pick<Stack, 'runbook' | 'model'>, id: string): string | null {
  const secret = runbook.secrets.find((candidate) => candidate.id === id)
  return secret === undefined ? null : (model.services[secret.service]?.environment[secret.variable] ?? null)
}

/** Masks every secret of the stack in a text, also as JSON and URLs spell it. */
export function createStackMasker(stack: Pick<Stack, 'runbook' | 'model'>): Masker {
  const named = stack.runbook.secrets.map(({ id }) => resolveSecret(stack, id))
  const guessed = Object.values(stack.model.services).flatMap(({ environment }) =>
    Object.entries(environment).map(([name, value]) => (isSecretName(name) ? value : null)),
  )
  return createMasker([...named, ...guessed].filter((value) => value !== null).flatMap(spellings))
}

function spellings(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]
}
