import type { Stack } from '../stacks/stack.ts'
import { readManifest } from './backup-store.ts'
import { datasetsUnnamed } from './datasets/of-stack.ts'
import { layOut } from './layout.ts'

/** Data sets of a backup, by id, that the stack's runbook, as it is now, does not name: a rollback would pass them over. */
export async function findUnnamed(stack: Stack, backupId: string, signal: AbortSignal): Promise<string[]> {
  const manifest = await readManifest(stack.session.host, layOut(stack.slipwayDirectory), backupId, signal)
  return manifest === null ? [] : datasetsUnnamed(stack, manifest).map(({ dataset }) => dataset)
}
