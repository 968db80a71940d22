import { SlipwayError } from '../../shared/errors.ts'
import { isOperationId } from '../../shared/operations/operation-id.ts'

/** Teammates share a stack by their Unix group; nobody else has business with it. Files follow as 0640. */
export const DIRECTORY_MODE = 0o750
export const FILE_MODE = 0o640

/** Where things are below a stack's `.slipway`. All paths absolute, on the host. */
export interface Layout {
  readonly root: string
  readonly gitignore: string
  readonly lock: string
  readonly lockFile: string
  readonly operations: string
  readonly backups: string
}

export function layOut(slipwayDirectory: string): Layout {
  return {
    root: slipwayDirectory,
    gitignore: `${slipwayDirectory}/.gitignore`,
    lock: `${slipwayDirectory}/lock`,
    lockFile: `${slipwayDirectory}/lock/lock.json`,
    operations: `${slipwayDirectory}/operations`,
    backups: `${slipwayDirectory}/backups`,
  }
}

/** Where one operation keeps its things. */
export interface OperationLayout {
  readonly directory: string
  readonly plan: string
  /** The runbook that the plan was made by. */
  readonly runbook: string
  readonly journal: string
  readonly attachments: string
  /** What a restore has replaced, and where it is kept. */
  readonly replaced: string
  readonly rollbackPoint: string
  readonly pointFile: string
  readonly pointFiles: string
}

/** Throws `operation.not-found` for what is no operation's id: ids come from outside and become paths. */
export function layOutOperation(slipwayDirectory: string, operationId: string): OperationLayout {
  if (!isOperationId(operationId)) {
    throw new SlipwayError('operation.not-found', `“${operationId}” is not an operation.`)
  }
  const directory = `${slipwayDirectory}/operations/${operationId}`
  return {
    directory,
    plan: `${directory}/plan.json`,
    runbook: `${directory}/runbook.json`,
    journal: `${directory}/journal.ndjson`,
    attachments: `${directory}/attachments`,
    replaced: `${directory}/replaced.json`,
    rollbackPoint: `${directory}/rollback-point`,
    pointFile: `${directory}/rollback-point/point.json`,
    pointFiles: `${directory}/rollback-point/files`,
  }
}
