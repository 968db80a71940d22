import type { JournalEntry } from '../../shared/contract/operations.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import { formatEntry, type JournalText, parseJournal } from '../../shared/operations/journal-text.ts'
import { type Masker, maskDeep } from '../../shared/operations/mask.ts'
import type { Host } from '../hosts/host.ts'
import { FILE_MODE } from './layout.ts'

/** More than this is no journal of ours; reading it would fill the memory. */
const MAX_JOURNAL_BYTES = 32 * 1024 * 1024
/** An entry that cannot be written within this time stops the work that would follow it. */
const WRITE_TIMEOUT_MS = 20_000

export type NewEntry = Pick<JournalEntry, 'type'> & Partial<Pick<JournalEntry, 'stepId' | 'message' | 'data'>>

/** Reads a journal from the host. Missing: `operation.journal-damaged`. */
export async function readJournal(host: Host, path: string, signal?: AbortSignal): Promise<JournalText> {
  try {
    const options = { maxBytes: MAX_JOURNAL_BYTES, ...(signal === undefined ? {} : { signal }) }
    return parseJournal((await host.files.read(path, options)).toString('utf8'))
  } catch (error) {
    if (!isSlipwayError(error) || error.code !== 'host.file-missing') throw error
    return { entries: [], damage: [{ line: 0, message: 'The journal is missing.' }], torn: false }
  }
}

/** What apps read back from a journal; none of it can hold a secret. */
const UNMASKED = new Set([
  'result',
  'name',
  'service',
  'kind',
  'phase',
  'outcome',
  'undoes',
  'owner',
  'by',
  'from',
  'code',
])

/**
 * The journal of an operation that runs here. Every entry is masked, appended and fsynced on the host before
 * `append` returns; only then do listeners hear of it, so that nobody sees what a crash could take back.
 */
export class Journal {
  readonly #host: Host
  readonly #path: string
  readonly #mask: Masker
  readonly #listeners = new Set<(entry: JournalEntry) => void>()
  #entries: JournalEntry[]
  /** Written with the next entry: line end of a torn one, and entries that could not be written. */
  #unwritten: string
  #queue: Promise<unknown> = Promise.resolve()

  constructor(host: Host, path: string, mask: Masker, known: JournalText = { entries: [], damage: [], torn: false }) {
    this.#host = host
    this.#path = path
    this.#mask = mask
    this.#entries = [...known.entries]
    this.#unwritten = known.torn ? '\n' : ''
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries
  }

  /** Whether all entries are on the host. */
  get isWritten(): boolean {
    return this.#unwritten.trim() === ''
  }

  /** Calls `listener` with each new entry until the returned function is called. */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Throws the host's error (`host.disk-full`, `host.connection-lost`): what is not journaled must not be done. */
  append(entry: NewEntry): Promise<void> {
    return this.#enqueue(async () => {
      const written = this.#complete(entry)
      try {
        await this.#write(formatEntry(written))
      } catch (error) {
        throw journalError(this.#host, error)
      }
      this.#publish(written)
    })
  }

  /**
   * For a rollback, which must go on when the journal cannot be written: such an entry is kept here, and written
   * as soon as another one can be. Returns whether it is on the host.
   */
  appendIfPossible(entry: NewEntry): Promise<boolean> {
    return this.#enqueue(async () => {
      const written = this.#complete(entry)
      const text = formatEntry(written)
      const isWritten = await this.#write(text).then(
        () => true,
        () => false,
      )
      if (!isWritten) this.#unwritten += text
      this.#publish(written)
      return isWritten
    })
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work)
    this.#queue = next.catch(() => undefined)
    return next
  }

  #complete(entry: NewEntry): JournalEntry {
    const seq = (this.#entries.at(-1)?.seq ?? 0) + 1
    const at = new Date(this.#host.now()).toISOString()
    return {
      seq,
      at,
      ...entry,
      ...(entry.message === undefined ? {} : { message: this.#mask(entry.message) }),
      ...(entry.data === undefined ? {} : { data: maskDeep(entry.data, this.#mask, UNMASKED) }),
    }
  }

  async #write(text: string): Promise<void> {
    const pending = this.#unwritten
    // Until it is known to be whole, the next entry must not be glued to the rest of this one.
    this.#unwritten = `\n${pending.trimStart()}`
    await this.#host.files.append(this.#path, `${pending}${text}`, { mode: FILE_MODE, timeoutMs: WRITE_TIMEOUT_MS })
    this.#unwritten = ''
  }

  #publish(entry: JournalEntry): void {
    this.#entries.push(entry)
    for (const listener of this.#listeners) listener(entry)
  }
}

function journalError(host: Host, error: unknown): unknown {
  if (!isSlipwayError(error)) return error
  return new SlipwayError(error.code, `The journal on ${host.label} cannot be written: ${error.message}`, {
    state: error.state,
    hint: error.hint,
    retryable: error.retryable,
    cause: error,
    details: error.details,
  })
}
