import type { Verdict } from '../../shared/contract/stacks.ts'
import type { Jump } from '../../shared/contract/versions.ts'
import { isSlipwayError } from '../../shared/errors.ts'
import { parseImageReference, shortDigest } from '../../shared/versions/image-reference.ts'
import { isMovingTag } from '../../shared/versions/moving-tag.ts'
import type { PinEdit } from '../stacks/edit-pin.ts'
import { serviceKind } from '../stacks/service-kind.ts'
import type { Stack } from '../stacks/stack.ts'
import type { DataMeasure } from './datasets/measure-data.ts'
import { findPinEdits } from './pin-edits.ts'
import {
  type Finding,
  failed,
  type PreflightQuestion,
  type PreflightSubject,
  passed,
  unknown,
  warning,
} from './preflight.ts'
import { askBackup } from './preflight-backup.ts'
import { askHealth, askSmokeTest } from './preflight-health.ts'
import { tagsToReturn } from './rollback-target.ts'
import type { ServiceTarget } from './upgrade-target.ts'

export interface StackSubject extends PreflightSubject {
  /** Those that services go to, each once. */
  readonly versions: readonly string[]
  readonly targets: readonly ServiceTarget[]
  readonly jump: Jump
  readonly data: Promise<DataMeasure>
  /** The edits of the files, or why there are none. */
  readonly edits: readonly PinEdit[] | { readonly error: unknown }
}

/** Is the stack fit for it, and is the target what it seems? */
export function stackQuestions(subject: StackSubject): PreflightQuestion[] {
  return [
    { id: 'compose', title: 'Compose file', ask: () => askCompose(subject) },
    { id: 'runbook', title: 'Runbook', ask: () => askRunbook(subject) },
    { id: 'health', title: 'Health now', ask: () => askHealth(subject) },
    { id: 'drift', title: 'Edits not applied', ask: () => askDrift(subject) },
    { id: 'leftovers', title: 'Leftovers', ask: () => askLeftovers(subject) },
    { id: 'target', title: 'Target images', ask: () => askTarget(subject) },
    { id: 'version', title: 'Version', ask: () => askVersion(subject) },
    { id: 'pin', title: 'Pin', ask: () => askPin(subject) },
    { id: 'backup', title: 'Backup', ask: () => askBackup(subject) },
    ...askSmokeTest(subject.stack),
  ]
}

function askCompose({ stack }: StackSubject): Finding {
  const { warnings } = stack.model
  if (warnings.length > 0) return warning(`Valid, but Compose says: ${warnings.join('; ')}`)
  return passed(`${stack.project.files.join(', ')}: valid.`)
}

/** A stack that carries a runbook is never operated by another one because of a typing mistake in it. */
function askRunbook({ stack }: StackSubject): Finding {
  const { runbook, binding } = stack
  const [problem] = binding.problems
  if (problem !== undefined) {
    const where = `${problem.file}:${problem.line}:${problem.column}`
    const hint = 'Mend the file, or take it away to be operated without it.'
    return failed(`The runbook of this stack cannot be used: ${where} ${problem.message}`, hint)
  }
  if (binding.missing.length === 0) return passed(`${runbook.name} (${runbook.id}).`)
  const missing = binding.missing.join(', ')
  return warning(
    `The runbook ${runbook.name} names ${missing}, which this stack does not have.`,
    'If it is called otherwise here, say so with an alias in the runbook.',
  )
}

/** What somebody has edited, but not applied, is applied when a service is recreated: nobody should be surprised. */
async function askDrift({ stack, services, signal }: StackSubject): Promise<Finding> {
  const unapplied = services.flatMap((service) => describeUnapplied(stack, service))
  const edited = services.filter((service) =>
    (stack.containers[service] ?? []).some(
      ({ labels }) => labels['com.docker.compose.config-hash'] !== stack.configHashes[service],
    ),
  )
  const said = `The files were edited after ${edited.join(', ')} had been started: these edits come into force too.`
  if (unapplied.length > 0) {
    return askUnapplied(stack, services, [...unapplied, ...(edited.length === 0 ? [] : [said])].join(' '), signal)
  }
  if (edited.length === 0) return passed('What is to be upgraded runs as the files say.')
  return warning(said, 'Look at them before you go on.')
}

function describeUnapplied({ pins, containers, runbook }: Stack, service: string): string[] {
  // A job runs no more, and nothing of it has to come back.
  if (serviceKind(runbook, service) !== 'service') return []
  const [pinned, ran] = [pins[service]?.reference, containers[service]?.[0]?.imageReference]
  return pinned === undefined || ran === undefined || pinned === ran
    ? []
    : [`${service} runs ${ran}, while the files say ${pinned}, which has not been applied.`]
}

/** A rollback has to write what runs now into the files: that must be possible before anything is changed. */
async function askUnapplied(
  stack: Stack,
  services: readonly string[],
  said: string,
  signal: AbortSignal,
): Promise<Finding> {
  const running = services.flatMap((service) => {
    if (serviceKind(stack.runbook, service) !== 'service') return []
    const reference = stack.containers[service]?.[0]?.imageReference
    return reference === undefined ? [] : [{ service, reference }]
  })
  const isElsewhere = running.some(({ service, reference }) => {
    const [pinned, ran] = [stack.pins[service], parseImageReference(reference)]
    return pinned !== undefined && (pinned.repository !== ran.repository || (ran.tag === null && pinned.tag !== null))
  })
  try {
    if (!isElsewhere) {
      await findPinEdits(stack, tagsToReturn(stack, running), signal)
      return warning(`${said} A rollback returns to what runs.`, 'Look at what was edited before you go on.')
    }
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'stack.pin-not-found') throw error
  }
  return failed(`${said} A rollback could not write what runs into them.`, 'Apply or undo that edit first.')
}

function askLeftovers({ stack }: StackSubject): Finding {
  if (stack.leftovers.length === 0) return passed('None.')
  const names = stack.leftovers.map(({ name, state }) => `${name} (${state})`)
  const running = stack.leftovers.some(({ state }) => state === 'running')
  const what = `Left by a recreate that was broken off: ${names.join(', ')}.`
  return running ? failed(what, 'Look what they do, and remove them.') : warning(what, 'Compose will clear them away.')
}

function askTarget({ targets, options }: StackSubject): Finding {
  const missing = targets.filter((target) => target.kind === 'missing')
  if (missing.length > 0)
    return failed(missing.map(({ reason }) => reason).join(' '), 'Choose another version, or fewer services.')
  const unclear = targets.filter((target) => target.kind === 'unknown')
  if (unclear.length > 0)
    return unknown(unclear.map(({ reason }) => reason).join(' '), 'Try again when the registry answers.')
  const changes = targets.flatMap((target) => (target.kind === 'change' ? [target.change] : []))
  if (changes.length === 0) return failed('Every chosen service runs this version already.', 'There is nothing to do.')
  const digests = changes.map(({ service, to }) => `${service} ${shortDigest(to.digest)}`).join(', ')
  return options.skipPull ? warning(`As they are on the host: ${digests}.`) : passed(`${digests}.`)
}

/** Never to a tag that means another image tomorrow; and only with what makes the jump safe. */
function askVersion({ versions, jump, options }: StackSubject): Finding {
  // As the version of every service is written behind its own prefix, the prefix decides nothing here.
  const moving = versions.find((version) => isMovingTag(version))
  if (moving !== undefined) return failed(`“${moving}” means another image tomorrow.`, 'Choose a full version.')
  const said = (ofVerdict: (verdict: Verdict) => boolean) =>
    jump.reasons
      .filter(({ verdict }) => ofVerdict(verdict))
      .map(({ sentence }) => sentence)
      .join(' ')
  if (!jump.allowed) return failed(said((verdict) => verdict === 'failed'))
  const grave = said((verdict) => verdict !== 'passed')
  if (jump.needs.includes('backup') && options.skipBackup !== null) {
    return failed(`${grave} Without a backup there is no way back from it.`, 'Let a backup be made.')
  }
  if (!jump.needs.includes('acknowledgement')) {
    return grave === '' ? passed(said(() => true) || 'Nothing changes.') : warning(grave)
  }
  if (options.acknowledgeJump) return warning(`${grave} The release notes were read.`)
  return failed(grave, 'Read the release notes, and say that you have.')
}

function askPin({ stack, services, edits }: StackSubject): Finding {
  if ('error' in edits) throw edits.error
  const moving = services.filter((service) => stack.pins[service]?.moving)
  const where = edits.map(({ path }) => path).join(', ')
  if (moving.length === 0) return passed(where === '' ? 'The files say this version already.' : `Written in ${where}.`)
  const digests = moving.map((service) => {
    const digest = stack.containers[service]?.[0]?.digest
    return `${service} (${digest == null ? 'no digest' : shortDigest(digest)})`
  })
  return warning(
    `The present pin moves: ${digests.join(', ')}. A rollback returns to the image that runs now, by its id.`,
    'After the upgrade the version is pinned.',
  )
}
