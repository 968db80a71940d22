import { SlipwayError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { OperationContext } from './operation-context.ts'
import { findReturnEdits, type ReturnTo } from './rollback-target.ts'
import type { StepReport } from './step.ts'

/**
 * Gives each old image its tag again, and puts the edited files back, byte for byte. In a file that a person has
 * edited meanwhile only the version is changed.
 */
export async function restoreFiles(context: OperationContext, to: ReturnTo, report: StepReport): Promise<void> {
  const { host, plan, ports } = context
  await retagImages(context, to, report)
  const stack = await ports.readStack(plan.stack, report.signal)
  const { edits, touched } = await findReturnEdits(stack, to, report.signal)
  for (const { path, after } of edits) {
    await host.files.writeAtomic(path, after, { signal: report.signal })
    await report.say(
      touched.includes(path)
        ? `${path} was edited by somebody meanwhile: the edit was kept, only the version was put back.`
        : `${path} is as it was.`,
    )
  }
  ports.onChanged?.(plan.stack)
}

/** Whatever tag the compose file names must mean the old image on this host again. */
async function retagImages(context: OperationContext, { point }: ReturnTo, report: StepReport): Promise<void> {
  const { engine } = context.session
  for (const { service, reference, imageId, keepTag } of point.services) {
    if (parseImageReference(reference).digest !== null) continue
    const tagged = await engine.inspectImage(reference, { signal: report.signal })
    if (tagged?.id === imageId) continue
    if ((await engine.inspectImage(imageId, { signal: report.signal })) === null) {
      throw new SlipwayError(
        'docker.not-found',
        `The image that ${service} ran before (${keepTag}) is gone from ${context.host.label}.`,
        { hint: `Pull ${reference} there, and roll back again.` },
      )
    }
    await engine.tagImage(imageId, reference, { signal: report.signal })
    await report.say(`${reference} means ${imageId.slice(7, 19)} again.`)
  }
}
