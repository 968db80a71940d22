import type { Runbook, RunbookService } from '../../shared/runbook/schema.ts'

/** Whether a service runs, or ends by design; one that the runbook does not name runs. */
export function serviceKind({ services }: Pick<Runbook, 'services'>, name: string): RunbookService['kind'] {
  return services.find((service) => service.name === name)?.kind ?? 'service'
}
