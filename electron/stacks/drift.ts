import type { Drift } from '../../shared/contract/stacks.ts'
import { shortDigest } from '../../shared/versions/image-reference.ts'
import type { Container } from '../docker/engine.ts'
import { LABELS } from './discovery.ts'
import type { Stack } from './stack.ts'

/** Image id that each reference means on the host at present; null where it is not there. Absent: not looked up. */
export type LocalImages = Readonly<Record<string, string | null>>

type DriftInput = Pick<
  Stack,
  'model' | 'runbook' | 'containers' | 'leftovers' | 'inactiveServices' | 'pins' | 'configHashes'
>

/** Every difference between what Compose would run and what the engine runs, in the order of the services. */
export function findDrift(stack: DriftInput, localImages: LocalImages): Drift[] {
  return [
    ...Object.keys(stack.model.services).flatMap((service) => driftOfService(stack, service, localImages)),
    ...findOrphans(stack),
    ...stack.leftovers.map(describeLeftover),
  ]
}

function driftOfService(stack: DriftInput, service: string, localImages: LocalImages): Drift[] {
  const containers = stack.containers[service] ?? []
  const moving = findMovingTag(stack, service)
  if (containers.length === 0) return [...findMissing(stack, service), ...moving]
  return [
    ...containers.flatMap((container) => driftOfContainer(stack, service, container, localImages)),
    ...findMissingReplicas(stack, service, containers.length),
    ...moving,
  ]
}

function driftOfContainer(stack: DriftInput, service: string, container: Container, localImages: LocalImages): Drift[] {
  const image = findImageDrift(stack, service, container, localImages)
  // A changed tag changes the hash too: one message is enough, and the image says more.
  const config = image.length > 0 ? [] : findUnapplied(stack, service, container)
  return [...image, ...config, ...findStopped(stack, service, container)]
}

function findUnapplied(stack: DriftInput, service: string, container: Container): Drift[] {
  const [wanted, applied] = [stack.configHashes[service], container.labels[LABELS.configHash]]
  if (wanted === undefined || applied === undefined || wanted === applied) return []
  return [
    {
      kind: 'not-applied',
      service,
      message: `${service} was edited, but ${container.name} still runs with the old settings.`,
      hint: 'Apply the files with “docker compose up -d”, or take the edit back.',
    },
  ]
}

function findImageDrift(
  { pins }: DriftInput,
  service: string,
  container: Container,
  localImages: LocalImages,
): Drift[] {
  const reference = pins[service]?.reference
  if (reference === undefined) return []
  if (container.imageReference !== reference) {
    const message = `${container.name} runs ${container.imageReference}, the files say ${reference}.`
    return [{ kind: 'image-drift', service, message, hint: 'Upgrade to the version that is meant, or mend the files.' }]
  }
  const local = localImages[reference]
  if (local === undefined || local === null || local === container.imageId) return []
  const ids = `${shortDigest(container.imageId)}, and ${reference} is now ${shortDigest(local)}`
  return [
    {
      kind: 'image-drift',
      service,
      message: `${container.name} runs the image ${ids}.`,
      hint: 'The same tag was pulled again since. Pin a full version, so that a restart cannot change what runs.',
    },
  ]
}

function findStopped({ runbook }: DriftInput, service: string, container: Container): Drift[] {
  const endsByDesign = (runbook.services.find(({ name }) => name === service)?.kind ?? 'service') !== 'service'
  if (endsByDesign || ['running', 'restarting', 'paused'].includes(container.state)) return []
  return [
    {
      kind: 'stopped',
      service,
      message: `${container.name} is ${container.state}${container.exitCode === null ? '' : `, with exit code ${container.exitCode}`}.`,
      hint: `Look at its log, then start it with “docker compose start ${service}”.`,
    },
  ]
}

function findMissing({ model, runbook }: DriftInput, service: string): Drift[] {
  const known = runbook.services.find(({ name }) => name === service)
  const isWanted = model.services[service]?.scale !== 0
  if (!isWanted || known?.optional || known?.kind === 'pre-pull' || known?.kind === 'one-shot') return []
  return [
    {
      kind: 'missing',
      service,
      message: `${service} has no container.`,
      hint: `Create it with “docker compose up -d ${service}”.`,
    },
  ]
}

function findMissingReplicas({ model }: DriftInput, service: string, count: number): Drift[] {
  const wanted = model.services[service]?.scale ?? 1
  if (count >= wanted) return []
  return [
    {
      kind: 'missing',
      service,
      message: `${service} has ${count} of ${wanted} containers.`,
      hint: `Create the others with “docker compose up -d ${service}”.`,
    },
  ]
}

function findMovingTag({ pins, runbook }: DriftInput, service: string): Drift[] {
  const pin = pins[service]
  const isUpgraded = runbook.services.find(({ name }) => name === service)?.upgrade ?? true
  if (pin === undefined || !pin.moving || !isUpgraded) return []
  return [
    {
      kind: 'moving-tag',
      service,
      message: `${service} is pinned to ${pin.tag === null ? 'no tag at all' : `“${pin.tag}”`}, which can mean another image tomorrow.`,
      hint: 'Upgrade to a full version: then a restart cannot change what runs.',
    },
  ]
}

function findOrphans({ model, containers, inactiveServices }: DriftInput): Drift[] {
  return Object.entries(containers)
    .filter(([service]) => model.services[service] === undefined && (service === '' || inactiveServices !== null))
    .flatMap(([service, orphans]) =>
      orphans.map((container) =>
        inactiveServices?.includes(service) ? describeInactive(service, container) : describeOrphan(service, container),
      ),
    )
}

function describeInactive(service: string, container: Container): Drift {
  return {
    kind: 'inactive-profile',
    service: null,
    message: `${container.name} belongs to ${service}, whose profile is inactive in the files: nobody judges its health here, and an upgrade leaves it as it is.`,
    hint: 'Add the profile to COMPOSE_PROFILES in the environment file of the stack: “docker compose up -d” and Slipway include it then.',
  }
}

function describeOrphan(service: string, container: Container): Drift {
  return {
    kind: 'orphan',
    service: null,
    message: `${container.name} belongs to ${service === '' ? 'no service' : service}, which the files no longer have.`,
    hint: 'Remove it with “docker compose up -d --remove-orphans” when nobody needs it.',
  }
}

function describeLeftover(container: Container): Drift {
  return {
    kind: 'leftover',
    service: container.labels[LABELS.service] ?? null,
    message: `${container.name} is what an interrupted recreate left behind; it is ${container.state}.`,
    hint: `Look whether the service runs without it, then remove it with “docker rm ${container.name}”.`,
  }
}
