import type { OperationKind } from '../contract/operations.ts'

/** `20261121T061502Z`: ids begin with the time, so that a sorted listing is a history. */
function formatStamp(atMs: number): string {
  return new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '')
}

/** An id such as `20261121T061502Z-upgrade-3f9a1c`. Ids sort by time; `random` tells apart those of one second. */
export function createOperationId(atMs: number, kind: OperationKind, random: string): string {
  return `${formatStamp(atMs)}-${kind}-${random}`
}

const OPERATION_ID = /^\d{8}T\d{6}Z-[a-z]+(-[a-z]+)*-[0-9a-f]{4,16}$/

/** Whether a name is an operation's. Ids become paths on the host: nothing else may ever reach one. */
export function isOperationId(name: string): boolean {
  return OPERATION_ID.test(name)
}
