import type { LayerProgress, ServiceChange } from '../../shared/contract/operations.ts'
import { count } from '../../shared/count.ts'
import { SlipwayError } from '../../shared/errors.ts'
import { parseImageReference } from '../../shared/versions/image-reference.ts'
import type { Engine, ImageInfo } from '../docker/engine.ts'
import type { OperationContext } from './operation-context.ts'
import { planStepOf } from './plan-step-of.ts'
import type { Step, StepReport } from './step.ts'

/**
 * Pulls every image by its digest before anything stops. Their tags stay where they are: one that was published anew
 * would let the next `docker compose up` by hand deploy what this operation may never come to.
 */
export function pullStep(context: OperationContext): Step {
  const { plan, session } = context
  return {
    ...planStepOf(plan, 'pull'),
    changes: false,
    run: async (report) => {
      const layers = new Map<string, readonly LayerProgress[]>()
      for (const change of plan.changes) {
        await pullImage(context, change, report, (own) => {
          layers.set(change.service, own)
          report.showLayers([...layers.values()].flat())
        })
      }
      const images: Record<string, string> = {}
      for (const { service, to } of plan.changes) {
        images[service] = (await requireImage(session.engine, to, report.signal)).id
      }
      return {
        kind: 'done',
        message: `${count(plan.changes.length, 'image is', 'images are')} on the host.`,
        result: { images },
      }
    },
  }
}

/** Makes sure that the image of a change is on the host, by its digest, and that its tag there means it. */
export async function provideImage(
  context: OperationContext,
  change: ServiceChange,
  report: StepReport,
): Promise<ImageInfo> {
  const { engine } = context.session
  const { service, to } = change
  const { signal } = report
  const image = await pullImage(context, change, report, () => undefined)
  if (context.plan.options.skipPull) return image
  const tagged = await engine.inspectImage(to.reference, { signal })
  if (tagged?.id === image.id) return image
  if (tagged !== null) {
    await report.say(
      `${service}: ${to.reference} meant another image on this host (${tagged.id.slice(7, 19)}) until now.`,
    )
  }
  await engine.tagImage(image.id, to.reference, { signal })
  return image
}

async function pullImage(
  context: OperationContext,
  change: ServiceChange,
  report: StepReport,
  onLayers: (layers: readonly LayerProgress[]) => void,
): Promise<ImageInfo> {
  const { engine } = context.session
  const { service, to } = change
  const { signal } = report
  const byDigest = digestReference(to)
  if (context.plan.options.skipPull) {
    const image = await requireImage(engine, to, signal)
    await report.say(`${service}: the image on the host is used as it is (${image.id.slice(7, 19)}).`)
    return image
  }
  if ((await engine.inspectImage(byDigest, { signal })) === null) {
    await report.say(`${service}: pulling ${byDigest}`)
    const onProgress = (progress: { readonly layers: readonly Omit<LayerProgress, 'service'>[] }) =>
      onLayers(progress.layers.map((layer) => ({ ...layer, service })))
    await engine.pull(byDigest, { signal, onProgress })
  }
  const image = await engine.inspectImage(byDigest, { signal })
  if (image === null) throw missingImage(byDigest)
  await requirePlatform(context, image, byDigest, signal)
  return image
}

/** The image of a change as it is on the host. Throws `docker.not-found`. */
export async function requireImage(engine: Engine, to: ServiceChange['to'], signal: AbortSignal): Promise<ImageInfo> {
  const image =
    (await engine.inspectImage(digestReference(to), { signal })) ?? (await inspectUndigested(engine, to, signal))
  if (image === null) throw missingImage(digestReference(to))
  return image
}

export function digestReference({ reference, digest }: ServiceChange['to']): string {
  return `${parseImageReference(reference).repository}@${digest}`
}

/** Images that were built or loaded have no repository digest: the plan then names the image's own id. */
async function inspectUndigested(engine: Engine, to: ServiceChange['to'], signal: AbortSignal) {
  const image = await engine.inspectImage(to.reference, { signal })
  return image?.id === to.digest ? image : null
}

async function requirePlatform({ host }: OperationContext, image: ImageInfo, reference: string, signal: AbortSignal) {
  const { architecture } = await host.connect({ signal })
  if (image.architecture === architecture) return
  throw new SlipwayError(
    'docker.wrong-architecture',
    `${reference} is for ${image.architecture}, but ${host.label} is ${architecture}.`,
    { state: 'This has touched no service.', hint: 'Choose a version that is published for this architecture.' },
  )
}

function missingImage(reference: string): SlipwayError {
  return new SlipwayError('docker.not-found', `The image ${reference} is not on the host.`, {
    state: 'This has touched no service.',
    hint: 'Plan the upgrade again, with pulling.',
  })
}
