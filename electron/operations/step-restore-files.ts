import { SlipwayError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { OperationContext } from './operation-context.ts'
import { findReturnEdits, type ReturnTo } from './rollback-target.ts'
import type { StepReport } from './step.ts'

type RestoreContext = Pick<OperationContext, 'host' | 'plan' | 'ports' | 'session'>

/**
 * Gives each old image its tag again, and puts the edited files back, byte for byte. In a file that a person has
 * edited meanwhile only the version is changed. Returns what is true then, in a sentence, and throws
 * `stack.pin-not-found` when the files, read again, say anything else.
 */
export async function restoreFiles(context: RestoreContext, to: ReturnTo, report: StepReport): Promise<string> {
  const { host, plan, ports } = context
  await retagImages(context, to, report)
  const stack = await ports.readStack(plan.stack, report.signal)
  const unapplied = to.point.services.filter(({ pinned }) => pinned !== undefined)
  const { edits, touched, unkept } = await findReturnEdits(stack, to, report.signal)
  for (const { path, after } of edits) {
    await host.files.writeAtomic(path, after, { signal: report.signal })
    if (touched.includes(path)) {
      await report.say(`${path} was edited by somebody meanwhile: the edit was kept, only the version was put back.`)
    } else if (unkept.includes(path)) {
      await report.say(`The rollback point has no copy of ${path}: only the version was put back.`)
    } else await report.say(`${path} is as it was${unapplied.length === 0 ? '' : ', but for the version'}.`)
  }
  for (const { service, reference, pinned } of unapplied) {
    await report.say(
      `The files said ${pinned} of ${service}, which had not been applied. They say ${reference}, as it ran.`,
    )
  }
  ports.onFilesChanged?.(plan.stack)
  await requireVersions(context, to, report)
  return `The files say ${to.point.version} again.`
}

/** As Compose reads them: a version may also be written where nobody looked, or have been changed by somebody else. */
async function requireVersions(context: RestoreContext, { point }: ReturnTo, report: StepReport): Promise<void> {
  const { ports, plan, host } = context
  const { pins } = await ports.readStack(plan.stack, report.signal)
  const wrong = point.services.filter(({ service, reference }) => pins[service]?.reference !== reference)
  if (wrong.length === 0) return
  const services = wrong.map(({ service, reference }) => {
    return `${service} is ${pins[service]?.reference ?? 'not in them'}, and was ${reference}`
  })
  const message = `The files of ${plan.stack.project} on ${host.label} do not say the old version again: ${services.join('; ')}.`
  throw new SlipwayError('stack.pin-not-found', message, {
    state: 'No container was replaced by this step.',
    hint: 'Write the old version where the files say the other one, then bring the services up.',
  })
}

/** Whatever tag the compose file names must mean the old image on this host again. */
async function retagImages(context: RestoreContext, { point }: ReturnTo, report: StepReport): Promise<void> {
  const { engine } = context.session
  for (const { service, reference, imageId, keepTag, digest } of point.services) {
    if (parseImageReference(reference).digest !== null) continue
    const tagged = await engine.inspectImage(reference, { signal: report.signal })
    if (tagged?.id === imageId) continue
    if ((await engine.inspectImage(imageId, { signal: report.signal })) === null) {
      throw new SlipwayError(
        'docker.not-found',
        `The image that ${service} ran before (${keepTag}) is gone from ${context.host.label}.`,
        {
          hint:
            digest === null
              ? `Bring that image back (docker load), and roll back again.`
              : 'Roll back again from the history: that pulls the image by its digest.',
        },
      )
    }
    await engine.tagImage(imageId, reference, { signal: report.signal })
    await report.say(`${reference} means ${imageId.slice(7, 19)} again.`)
  }
}
