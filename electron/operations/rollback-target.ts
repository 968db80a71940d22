import type { Plan, ServiceChange } from '../../shared/contract/operations.ts'
import type { KeptService, RollbackPoint } from '../../shared/operations/rollback-point.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { editPins, type PinEdit } from '../stacks/edit-pin.ts'
import type { PinSources } from '../stacks/pin-places.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import { decodeExactly, type SourceFile } from '../stacks/source-file.ts'
import type { Stack } from '../stacks/stack.ts'
import { readPinSources } from '../stacks/stack-files.ts'
import { placeOf } from '../stacks/stack-version.ts'
import { sha256 } from './file-sha.ts'
import type { OperationLayout } from './layout.ts'
import { readKeptFile } from './rollback-point.ts'
import { describeFrom } from './upgrade-target.ts'

/** Where to return to, and what the operation in between had written. */
export interface ReturnTo {
  readonly point: RollbackPoint
  /** The operation that keeps the point. */
  readonly files: OperationLayout
  /** SHA-256 by path of each file as that operation left it: anything else was edited by a person. */
  readonly written: Readonly<Record<string, string>>
}

export interface ReturnEdits {
  readonly edits: readonly PinEdit[]
  /** Files that a person has edited since. */
  readonly touched: readonly string[]
  /** Files that the operation has edited, and of which its rollback point has no copy. */
  readonly unkept: readonly string[]
}

/**
 * The edits that bring the files back: byte for byte where nobody has touched them since, else only the versions,
 * so that a person's edit is never lost. Where they named a version that had not been applied, the one that ran is
 * written instead: its image must never be called by the other's name.
 */
export async function findReturnEdits(stack: Stack, to: ReturnTo, signal: AbortSignal): Promise<ReturnEdits> {
  const { host } = stack.session
  const unkept = Object.keys(to.written).filter((path) => !to.point.files.some((kept) => kept.path === path))
  const whole: PinEdit[] = []
  const touched: string[] = []
  for (const kept of to.point.files.filter(({ edited }) => edited)) {
    const now = await host.files.read(kept.path, { signal })
    if (sha256(now) === kept.sha256) continue
    const before = decodeExactly(now)
    const after = decodeExactly(await readKeptFile(host, to.files, kept, signal))
    if (before !== null && after !== null && sha256(now) === to.written[kept.path]) {
      whole.push({ path: kept.path, before, after })
    } else touched.push(kept.path)
  }
  const isAllSaid = !to.point.services.some(({ pinned }) => pinned !== undefined)
  if (isAllSaid && touched.length + unkept.length === 0) return { edits: whole, touched, unkept }
  const sources = await readPinSources(host, stack.project, signal)
  const pinned = editPins(withEdits(sources, whole), tagsToReturn(stack, to.point.services))
  const after = ({ path }: PinEdit) => pinned.find((edit) => edit.path === path)?.after
  const rest = pinned.filter(({ path }) => !whole.some((edit) => edit.path === path))
  return { edits: [...whole.map((edit) => ({ ...edit, after: after(edit) ?? edit.after })), ...rest], touched, unkept }
}

function withEdits({ compose, env }: PinSources, edits: readonly PinEdit[]): PinSources {
  const edited = (file: SourceFile): SourceFile => {
    return { ...file, text: edits.find(({ path }) => path === file.path)?.after ?? file.text }
  }
  return { compose: compose.map(edited), env: env.map(edited) }
}

/**
 * Service → what stands behind the repository, when these return: a tag, with a digest where there was one. A service
 * that has nothing to return to goes with those from whose place it takes its version.
 */
export function tagsToReturn(
  stack: Pick<Stack, 'pins'>,
  services: readonly Pick<KeptService, 'service' | 'reference'>[],
): Record<string, string> {
  const tags = tagsOf(services)
  const others = Object.keys(stack.pins).flatMap((name): [string, string][] => {
    const speaker = Object.keys(tags).find((service) => placeOf(stack, service) === placeOf(stack, name))
    const tag = tags[speaker ?? '']
    return name in tags || tag === undefined ? [] : [[name, tag]]
  })
  return { ...tags, ...Object.fromEntries(others) }
}

function tagsOf(services: readonly Pick<KeptService, 'service' | 'reference'>[]): Record<string, string> {
  const tags = services.map(({ service, reference }): [string, string | null] => {
    const { tag, digest } = parseImageReference(reference)
    return [service, tag === null ? null : `${tag}${digest === null ? '' : `@${digest}`}`]
  })
  return Object.fromEntries(tags.filter((entry): entry is [string, string] => entry[1] !== null))
}

/** Services of an operation that had no container to return to, and have one since: a rollback by hand leaves it as it is. */
export function findMadeSince(
  { containers, runbook }: Pick<Stack, 'containers' | 'runbook'>,
  origin: Pick<Plan, 'changes'>,
  point: Pick<RollbackPoint, 'services' | 'containerIds'>,
): string[] {
  const isKept = (name: string) => point.services.some(({ service }) => service === name)
  const hasNew = (name: string) => (containers[name] ?? []).some(({ id }) => !point.containerIds.includes(id))
  return origin.changes
    .map(({ service }) => service)
    .filter((name) => serviceKind(runbook, name) === 'service' && !isKept(name) && hasNew(name))
}

/** What a service changes to when it returns to where it was. */
export function returnChange(stack: Pick<Stack, 'pins' | 'containers' | 'runbook'>, kept: KeptService): ServiceChange {
  return {
    service: kept.service,
    from: describeFrom(stack, kept.service),
    to: { reference: kept.reference, version: kept.version ?? kept.reference, digest: kept.digest ?? kept.imageId },
    downloadBytes: 0,
  }
}
