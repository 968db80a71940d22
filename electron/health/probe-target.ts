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
