import type { HostSession } from '../stacks/stack.ts'
import type { LogSource } from './log-source.ts'
import { readLogWindow, readOldestTime } from './read-window.ts'
import { tailStack } from './tail-stack.ts'

/** The logs of the containers of one Compose project. */
export function createLogSource(session: Pick<HostSession, 'host' | 'engine'>, project: string): LogSource {
  return {
    tail: (options, signal) => tailStack(session, project, options, signal),
    readWindow: (options, signal) => readLogWindow(session.engine, project, options, signal),
    oldestTime: (services, signal) => readOldestTime(session.engine, project, services, signal),
  }
}
