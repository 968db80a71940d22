import type { MessagePort } from 'node:worker_threads'
import { fromErrorShape, SlipwayError } from '../../shared/errors.ts'
import type { LogBatch } from './log-batch.ts'
import type {
  RuleHit,
  StoreAnswers,
  StoreMessage,
  StoreReport,
  StoreRequest,
  StoreViewState,
} from './store/messages.ts'

/** With more on its way to the store, the next lines wait where they come from, which has a limit of its own. */
const MAX_IN_FLIGHT_BYTES = 8 * 1024 * 1024
/** What a batch costs beside its text. */
const BATCH_BYTES = 1_024

interface Waiting {
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/** One store in the log thread, as the main thread speaks to it. Close it. */
export class LogStoreClient {
  readonly #port: MessagePort
  readonly #onClose: () => void
  readonly #waiting = new Map<number, Waiting>()
  readonly #waitingForRoom: (() => void)[] = []
  #nextId = 1
  #inFlightBytes = 0
  #failure: SlipwayError | null = null
  onView: (state: StoreViewState) => void = () => {}
  onRule: (hit: RuleHit) => void = () => {}
  /** The thread ended by itself, with all that was held. */
  onFailure: (failure: SlipwayError) => void = () => {}

  constructor(port: MessagePort, onClose: () => void) {
    this.#port = port
    this.#onClose = onClose
    port.on('message', (report: StoreReport) => this.#take(report))
  }

  /** Null while the store works. */
  get failure(): SlipwayError | null {
    return this.#failure
  }

  /** Hands lines over; the batch must not be used afterwards. Resolves when there is room for more. */
  async add(lines: LogBatch): Promise<void> {
    this.#inFlightBytes += lines.bytes.byteLength + BATCH_BYTES
    const batch = packed(lines)
    this.#post({ type: 'lines', batch }, batch)
    while (this.#inFlightBytes > MAX_IN_FLIGHT_BYTES && this.#failure === null) await this.#room()
  }

  tell(message: Exclude<StoreMessage, { type: 'lines' | 'request' }>): void {
    this.#post(message)
  }

  ask<Kind extends StoreRequest['kind']>(request: StoreRequest & { readonly kind: Kind }): Promise<StoreAnswers[Kind]> {
    if (this.#failure !== null) return Promise.reject(this.#failure)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#post({ type: 'request', id, request })
    })
  }

  /** Hands over lines that a search read. */
  addFound(viewId: string, revision: number, lines: LogBatch): Promise<StoreAnswers['found']> {
    return this.ask({ kind: 'found', viewId, revision, batch: packed(lines) })
  }

  fail(failure: SlipwayError): void {
    if (this.#failure !== null) return
    this.#failure = failure
    for (const { reject } of this.#waiting.values()) reject(failure)
    this.#waiting.clear()
    this.onFailure(failure)
    this.close()
  }

  /** Lets everything that it holds go. Idempotent. */
  close(): void {
    this.#failure ??= new SlipwayError('log.view-closed', 'The logs were closed.', { hint: 'Open the logs again.' })
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
    this.#wakeAll()
    this.#port.close()
    this.#onClose()
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.#waitingForRoom.push(resolve))
  }

  #wakeAll(): void {
    for (const wake of this.#waitingForRoom.splice(0)) wake()
  }

  #post(message: StoreMessage, batch?: LogBatch): void {
    const columns = batch === undefined ? [] : [batch.bytes, batch.ends, batch.times, batch.streams]
    this.#port.postMessage(message, [...new Set(columns.map(({ buffer }) => buffer as ArrayBuffer))])
  }

  #take(report: StoreReport): void {
    switch (report.type) {
      case 'taken':
        this.#inFlightBytes -= report.bytes + BATCH_BYTES
        this.#wakeAll()
        break
      case 'view':
        this.onView(report.state)
        break
      case 'rule':
        this.onRule(report.hit)
        break
      default: {
        const waiting = this.#waiting.get(report.id)
        this.#waiting.delete(report.id)
        if (report.type === 'answer') waiting?.resolve(report.value as never)
        else waiting?.reject(fromErrorShape(report.error))
      }
    }
  }
}

/** The batch with buffers that hold nothing else: a piece of a larger one would be handed over with all of it. */
function packed({ container, bytes, ends, times, streams }: LogBatch): LogBatch {
  return {
    container,
    bytes: isWhole(bytes) ? bytes : new Uint8Array(bytes),
    ends: isWhole(ends) ? ends : new Uint32Array(ends),
    times: isWhole(times) ? times : new BigInt64Array(times),
    streams: isWhole(streams) ? streams : new Uint8Array(streams),
  }
}

function isWhole({ buffer, byteLength }: LogBatch['bytes' | 'ends' | 'times']): boolean {
  return buffer.byteLength === byteLength
}
