import { parentPort } from 'node:worker_threads'
import type { OpenStore } from './store/messages.ts'
import { StorePort } from './store/store-port.ts'

/** The thread that holds the lines of all stacks that are looked at, so that the main thread stays free. */
parentPort?.on('message', ({ port, options }: OpenStore) => new StorePort(port, options))
