import type { ReplacedRef } from '../../shared/contract/backups.ts'
import { type LockView, type Plan, upgradeOptionsSchema } from '../../shared/contract/operations.ts'
import { formatBytes } from '../../shared/format-bytes.ts'
import { findBlockers } from '../../shared/operations/plan-sentences.ts'
import type { Stack } from '../stacks/stack.ts'
import { createStackMasker } from '../stacks/stack-masker.ts'
import { stackVersion } from '../stacks/stack-version.ts'
import { kindOf } from './datasets/kinds.ts'
import { findDockerCli } from './docker-cli.ts'
import { placeOf } from './operation-files.ts'
import { hashRunbook } from './plan-runbook.ts'
import { complete, lockDraft } from './plan-steps.ts'
import { askPreflight, type Finding, passed, warning } from './preflight.ts'
import { askLock } from './preflight-host.ts'
import { findReplaced, measureReplaced } from './replaced-data.ts'

export interface DeletionRequest {
  readonly operationId: string
  readonly deletes: Pick<ReplacedRef, 'operationId' | 'name'>
  readonly lock: LockView | null
  readonly signal: AbortSignal
}

/** What the deletion of replaced data would do. Changes nothing on the host. Throws where it cannot be deleted at all. */
export async function planDeletion(stack: Stack, request: DeletionRequest): Promise<Plan> {
  const { operationId, deletes, lock, signal } = request
  const { host } = stack.session
  const mask = createStackMasker(stack)
  const replaced = await findReplaced(placeOf(stack), deletes, signal)
  const cli = await findDockerCli(stack.session, signal)
  const { dataset, bytes } = await measureReplaced(stack, replaced, { cli, signal })
  const preflight = await askPreflight(
    [
      { id: 'lock', title: 'Lock', ask: () => askLock({ lock }) },
      { id: 'data', title: 'Replaced data', ask: () => askReplaced(replaced.name, bytes) },
    ],
    signal,
  )
  const version = stackVersion(stack) ?? 'unknown'
  return {
    id: operationId,
    kind: 'deletion',
    stack: stack.ref,
    runbookId: stack.runbook.id,
    runbookSha256: hashRunbook(stack),
    createdAt: new Date(host.now()).toISOString(),
    fromVersion: version,
    toVersion: version,
    relation: 'same',
    jump: null,
    changes: [],
    options: upgradeOptionsSchema.parse({}),
    weakenings: [],
    untested: null,
    preflight,
    edits: [],
    steps: complete(
      [
        lockDraft({ stack, operationId }),
        {
          id: 'delete-data',
          kind: 'delete-data',
          title: 'Delete replaced data',
          detail: describeDeletion(replaced, deletes.operationId, bytes),
          commands: [...kindOf(dataset).discardCommands(stack, dataset, replaced.name)],
        },
      ],
      mask,
    ),
    downtime: 'None: nothing stops.',
    dataOnRollback: 'What is deleted cannot be brought back. The data in use is not touched.',
    dataReturn: null,
    imagesAlone: null,
    rollbackOf: null,
    deletes,
    blockers: findBlockers(preflight),
  }
}

function askReplaced(name: string, bytes: number | null): Finding {
  return bytes === null ? warning(`${name} is gone already.`) : passed(`${name} is there: ${formatBytes(bytes)}.`)
}

function describeDeletion(
  { name, dataset }: { readonly name: string; readonly dataset: string },
  operationId: string,
  bytes: number | null,
): string {
  if (bytes === null) return `Forgets ${name}, which is gone already.`
  return `Deletes ${name} (${formatBytes(bytes)}): what ${dataset} held when ${operationId} restored a backup over it.`
}
