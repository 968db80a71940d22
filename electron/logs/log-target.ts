import type { StackRef } from '../../shared/contract/stacks.ts'
import { type ErrorShape, SlipwayError, toErrorShape } from '../../shared/errors.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'
import type { Host } from '../hosts/host.ts'
import type { StackReading } from '../stacks/read-stack.ts'
import { findStackSecrets } from '../stacks/stack-masker.ts'
import type { StackService } from '../stacks/stack-service.ts'
import { createLogSource } from './create-log-source.ts'
import type { LogSource } from './log-source.ts'
import type { LogStoreSettings } from './store/messages.ts'

/** The stack whose logs are looked at, as far as following it needs to know. */
export class LogTarget {
  readonly ref: StackRef
  readonly source: LogSource
  readonly host: Host
  settings: LogStoreSettings = { services: {}, secrets: [] }
  readonly #stacks: StackService
  /** Ids of the containers whose secrets are among the settings. */
  readonly #read = new Set<string>()

  /** Throws `host.unknown`. */
  constructor(stacks: StackService, ref: StackRef) {
    const session = stacks.session(ref.hostId)
    this.#stacks = stacks
    this.ref = ref
    this.host = session.host
    this.source = createLogSource(session, ref.project)
  }

  /** How its lines are read and what is masked in them. Also of a stack whose files are broken: then its logs matter. */
  async read(signal: AbortSignal): Promise<LogStoreSettings> {
    const reading = await this.#stacks.readRecentPicture(this.ref, { signal })
    for (const { id } of [...Object.values(reading.containers).flat(), ...reading.leftovers]) this.#read.add(id)
    const secrets = new Set([...this.settings.secrets, ...secretsOf(reading)])
    this.settings = { services: servicesOf(reading.stack?.runbook), secrets: [...secrets] }
    return this.settings
  }

  /** Whether what a container holds secret is known. */
  hasRead(containerId: string): boolean {
    return this.#read.has(containerId)
  }

  notConnected(): ErrorShape {
    return toErrorShape(
      new SlipwayError('host.not-connected', `There is no connection to ${this.host.label}.`, {
        hint: 'The logs are followed as soon as it is connected.',
        retryable: true,
      }),
    )
  }
}

/** Also of containers that are being replaced, under another name: their lines are followed to the end. */
function secretsOf({ stack, containers, leftovers, project }: StackReading): string[] {
  const known = stack ?? {
    runbook: { id: '', secrets: [] },
    model: { name: project.project, services: {} },
  }
  return findStackSecrets({ ...known, containers: { ...containers, '': leftovers } })
}

function servicesOf(runbook: Runbook | undefined): LogStoreSettings['services'] {
  const entries = Object.entries(runbook?.logs ?? {})
  return Object.fromEntries(
    entries.map(([service, { format, keys, fields }]) => [service, { format, keys: keys ?? {}, fields }]),
  )
}
