import type { Plan } from '../../shared/contract/operations.ts'

interface DataWay {
  readonly allowed: boolean
  /** What it means, or why it is not to be had. */
  readonly description: string
}

/** The two ways to go back, as a plan of either knows them. */
export interface DataWays {
  readonly restore: DataWay
  readonly keep: DataWay
}

export function findDataWays({ dataReturn, imagesAlone }: Pick<Plan, 'dataReturn' | 'imagesAlone'>): DataWays {
  const restore =
    dataReturn === null
      ? { allowed: false, description: 'Not possible: no backup was made before the operation.' }
      : {
          allowed: true,
          description: 'The data of the moment before the operation. What was written since is lost.',
        }
  const reason = imagesAlone?.reason ?? ''
  const keep = imagesAlone?.allowed
    ? { allowed: true, description: `Only the images and files go back. ${reason}` }
    : { allowed: false, description: `Not possible: the old version may not run on the present data. ${reason}` }
  return { restore, keep }
}

export type WayOfData = keyof DataWays

/** A choice holds as far as it is allowed here. Unasked the data is restored, unless only keeping it is possible. */
export function chooseWay(ways: DataWays, choice: WayOfData | null): WayOfData {
  if (choice !== null && ways[choice].allowed) return choice
  return ways.restore.allowed || !ways.keep.allowed ? 'restore' : 'keep'
}
