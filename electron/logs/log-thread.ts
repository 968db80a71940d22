import { MessageChannel, Worker } from 'node:worker_threads'
import { SlipwayError } from '../../shared/errors.ts'
import { LogStoreClient } from './log-store-client.ts'
import type { LogStoreOptions, OpenStore } from './store/messages.ts'

/** From source, and beside the built main file. */
const FILE = import.meta.url.endsWith('.ts') ? './worker.ts' : './log-worker.js'

/** The one thread that holds the lines of all stacks: begun with the first store, ended with the last. */
export class LogThread {
  readonly #stores = new Set<LogStoreClient>()
  readonly #reportBug: (error: unknown) => void
  #worker: Worker | null = null

  constructor(reportBug: (error: unknown) => void) {
    this.#reportBug = reportBug
  }

  /** How many stores are open: for leak tests. */
  get openStores(): number {
    return this.#stores.size
  }

  get isRunning(): boolean {
    return this.#worker !== null
  }

  open(options: LogStoreOptions): LogStoreClient {
    this.#worker ??= this.#start()
    const { port1, port2 } = new MessageChannel()
    const store = new LogStoreClient(port1, () => this.#forget(store))
    this.#stores.add(store)
    this.#worker.postMessage({ port: port2, options } satisfies OpenStore, [port2])
    return store
  }

  async dispose(): Promise<void> {
    for (const store of [...this.#stores]) store.close()
    await this.#end()
  }

  #start(): Worker {
    const worker = new Worker(new URL(FILE, import.meta.url), { name: 'logs' })
    worker.on('error', (error) => this.#fail(worker, error))
    worker.on('exit', () => this.#fail(worker, null))
    return worker
  }

  /** What was held is gone; a new thread is begun with the next store. */
  #fail(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = null
    if (error !== null) this.#reportBug(error)
    const failure = new SlipwayError('log.store-failed', 'The part of the app that holds the logs stopped working.', {
      state: 'The lines that were shown are gone; nothing on the host is affected.',
      hint: 'Open the logs again.',
      cause: error,
      retryable: true,
    })
    for (const store of [...this.#stores]) store.fail(failure)
  }

  #forget(store: LogStoreClient): void {
    this.#stores.delete(store)
    if (this.#stores.size === 0) void this.#end()
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }
}
