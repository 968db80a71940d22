import { readFileSync } from 'node:fs'
import type { ComposeService } from '../docker/compose.ts'
import { buildService } from './container-fixture.ts'
import { fitRunbook } from './fit-runbook.ts'
import { loadRunbook } from './runbook-loader.ts'
import type { Stack } from './stack.ts'

/** For tests: what a built-in runbook comes to in a stack of these services, by their names. */
export function bindBuiltIn(
  id: string,
  services: Readonly<Record<string, Partial<ComposeService>>>,
): Pick<Stack, 'model' | 'runbook' | 'binding'> {
  const file = new URL(`../../assets/runbooks/${id}.yaml`, import.meta.url)
  const { runbook: written, problems, layers } = loadRunbook(readFileSync(file, 'utf8'), file.pathname)
  if (written === null) throw new Error(problems[0]?.message)
  const full = Object.entries(services).map(([name, change]) => [name, buildService(name, change)] as const)
  const model = { name: id, services: Object.fromEntries(full), volumes: {}, networks: {}, warnings: [] }
  const { runbook, leftOut, missing } = fitRunbook(written, model)
  return { model, runbook, binding: { written, layers, problems: [], leftOut, missing } }
}
