import type { Runbook, RunbookService } from './schema.ts'

/** What of a runbook says how tags are written. */
export interface TagRules {
  readonly versions: Pick<Runbook['versions'], 'tagPrefix'>
  readonly services: readonly Pick<RunbookService, 'name' | 'tagPrefix'>[]
}

/** What is put before the version in the tag of a service's image: its own prefix, else the product's. */
export function tagPrefixOf({ versions, services }: TagRules, service: string): string {
  return services.find(({ name }) => name === service)?.tagPrefix ?? versions.tagPrefix
}
