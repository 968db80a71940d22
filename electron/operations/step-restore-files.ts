import type { RollbackPoint } from '../../shared/operations/rollback-point.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { sha256 } from './file-sha.ts'
import type { OperationLayout } from './layout.ts'
import type { OperationContext } from './operation-context.ts'
import { readKeptFile } from './rollback-point.ts'
import type { StepReport } from './step.ts'

/** Where to return to, and whose files those are. */
export interface ReturnTo {
  readonly point: RollbackPoint
  /** The operation that keeps the point. */
  readonly files: OperationLayout
  /** SHA-256 by path of each file as the operation left it: anything else was edited by a person. */
  readonly written: Readonly<Record<string, string>>
}

/**
 * Puts the edited files back, byte for byte, and gives each old image its tag again. In a file that a person has
 * edited meanwhile only the version is changed.
 */
export async function restoreFiles(context: OperationContext, to: ReturnTo, report: StepReport): Promise<void> {
  await retagImages(context, to, report)
  const { host } = context
  for (const kept of to.point.files.filter(({ edited }) => edited)) {
    const now = sha256(await host.files.read(kept.path, { signal: report.signal }))
    if (now === kept.sha256) continue
    if (now === to.written[kept.path]) {
      const content = await readKeptFile(host, to.files, kept, report.signal)
      await host.files.writeAtomic(kept.path, content, { signal: report.signal })
      await report.say(`${kept.path} is as it was.`)
    } else {
      await restorePins(context, to, kept.path, report)
      await report.say(`${kept.path} was edited by somebody meanwhile: the edit was kept, only the version was put back.`)
    }
  }
  context.ports.onChanged?.(context.plan.stack)
}

async function restorePins(context: OperationContext, to: ReturnTo, path: string, report: StepReport): Promise<void> {
  const { plan, ports, host } = context
  const stack = await ports.readStack(plan.stack, report.signal)
  const tags = Object.fromEntries(
    to.point.services.flatMap(({ service, reference }) => {
      const { tag } = parseImageReference(reference)
      return tag === null ? [] : [[service, tag]]
    }),
  )
  const edit = (await ports.editPins(stack, tags, report.signal)).find((candidate) => candidate.path === path)
  if (edit === undefined) return
  await host.files.writeAtomic(path, edit.after, { signal: report.signal })
}

/** Whatever tag the compose file names must mean the old image on this host again. */
async function retagImages(context: OperationContext, { point }: ReturnTo, report: StepReport): Promise<void> {
  const { engine } = context.session
  for (const { service, reference, imageId, keepTag } of point.services) {
    const { digest } = parseImageReference(reference)
    const tagged = await engine.inspectImage(reference, { signal: report.signal })
    if (tagged?.id === imageId) continue
    if ((await engine.inspectImage(imageId, { signal: report.signal })) === null) {
      throw new SlipwayError('docker.not-found', `The image that ${service} ran before (${keepTag}) is gone from ${context.host.label}.`, {
        hint: `Pull ${reference} there, and roll back again.`,
      })
    }
    if (digest === null) await engine.tagImage(imageId, reference, { signal: report.signal })
    await report.say(`${reference} means ${imageId.slice(7, 19)} again.`)
  }
}
