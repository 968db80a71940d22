import { SlipwayError } from '../../shared/errors.ts'
import type { Masker } from '../../shared/operations/mask.ts'
import type { Container } from '../docker/engine.ts'
import type { Host } from '../hosts/host.ts'
import type { Journal } from './journal.ts'
import { DIRECTORY_MODE, FILE_MODE, type OperationLayout } from './layout.ts'

/** The end of a log tells why a container failed; the whole of it would fill the host. */
const MAX_ATTACHMENT_BYTES = 256 * 1024
const LEFT_OUT = '(what stood before is left out)\n'
const ATTACHMENT_NAME = /^[a-z0-9][a-z0-9._-]{0,120}$/i

/** Keeps texts with an operation's record, masked. */
export class Attachments {
  readonly #host: Host
  readonly #directory: string
  readonly #journal: Journal
  readonly #mask: Masker

  constructor(host: Host, layout: Pick<OperationLayout, 'attachments'>, journal: Journal, mask: Masker) {
    this.#host = host
    this.#directory = layout.attachments
    this.#journal = journal
    this.#mask = mask
  }

  /** A text that cannot be kept never stops the work it tells of; the journal then says so, if it can. */
  async keep(stepId: string, name: string, title: string, text: string): Promise<void> {
    const content = endOf(Buffer.from(this.#mask(text)))
    try {
      await this.#host.files.makeDirectories(this.#directory, { mode: DIRECTORY_MODE })
      await this.#host.files.writeAtomic(`${this.#directory}/${name}`, content, { mode: FILE_MODE })
      const data = { name, title, sizeBytes: content.length }
      await this.#journal.appendIfPossible({ type: 'attachment', stepId, data })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      await this.#journal.appendIfPossible({ type: 'note', stepId, message: `${title} could not be kept: ${why}` })
    }
  }
}

/** As much of the end as is kept, from the beginning of a line on. */
function endOf(bytes: Buffer): Buffer {
  if (bytes.length <= MAX_ATTACHMENT_BYTES) return bytes
  const end = bytes.subarray(-MAX_ATTACHMENT_BYTES)
  return Buffer.concat([Buffer.from(LEFT_OUT), end.subarray(end.indexOf(10) + 1)])
}

/** Reads one back. Throws `operation.not-found` for a name that is none. */
export async function readAttachment(
  host: Host,
  layout: OperationLayout,
  name: string,
  signal?: AbortSignal,
): Promise<{ text: string; truncated: boolean }> {
  if (!ATTACHMENT_NAME.test(name)) throw new SlipwayError('operation.not-found', `“${name}” is not an attachment.`)
  const bytes = await host.files.read(`${layout.attachments}/${name}`, signal === undefined ? {} : { signal })
  const text = bytes.toString('utf8')
  return { text, truncated: text.startsWith(LEFT_OUT) }
}

/** What a container's own health check said lately, and how it ended: the first thing to read when a gate fails. */
export function formatContainerState(container: Container): string {
  const lines = [
    `container    ${container.name} (${container.id.slice(0, 12)})`,
    `image        ${container.imageReference} (${container.imageId})`,
    `state        ${container.state}${container.exitCode === null ? '' : `, exit code ${container.exitCode}`}`,
    `health       ${container.health ?? 'no health check'}`,
    `restarts     ${container.restartCount}`,
    `out of memory ${container.oomKilled ? 'yes' : 'no'}`,
    ...(container.error ? [`error        ${container.error}`] : []),
    '',
    ...container.healthLog.map(({ at, exitCode, output }) => `${at}  exit ${exitCode}  ${output.trim()}`),
  ]
  return `${lines.join('\n')}\n`
}
