import type { DataReturn } from '../../shared/contract/data-return.ts'
import type { Plan, RollbackChoice } from '../../shared/contract/operations.ts'
import { canKeepData, type DataPolicy } from '../../shared/versions/data-compatibility.ts'
import { type Finding, failed, passed } from './preflight.ts'

type ImagesAlone = NonNullable<Plan['imagesAlone']>

/** The images alone go back only where the runbook says that both versions run on the same data. */
export function askData(
  dataReturn: DataReturn | null,
  how: { rollbackOf: string; restoreData: boolean; imagesAlone: ImagesAlone; unnamed: readonly string[] },
): Finding {
  const { rollbackOf, restoreData, imagesAlone, unnamed } = how
  if (!restoreData) {
    if (imagesAlone.allowed) return passed(`Stays as it is. ${imagesAlone.reason}`)
    const hint =
      dataReturn === null
        ? 'There is no backup that can be read either: go on to a version that runs on it.'
        : 'Restore the data too.'
    return failed(`The old version may not run on the present data. ${imagesAlone.reason}`, hint)
  }
  if (dataReturn === null) {
    const hint = imagesAlone.allowed ? 'Roll back without restoring data.' : null
    return failed(`There is no backup made before ${rollbackOf} that can be read.`, hint)
  }
  if (unnamed.length > 0) {
    const what = `The backup holds ${unnamed.join(', ')}, which the runbook of this stack does not name.`
    return failed(what, 'Bring back the runbook that names them.')
  }
  return passed(dataReturn.sentence)
}

export function describeData(
  { restoreData, skipBackup }: RollbackChoice,
  dataReturn: DataReturn | null,
  imagesAlone: ImagesAlone,
): string {
  if (!restoreData) {
    return imagesAlone.allowed
      ? 'The data stays as it is: both versions run on the same schema.'
      : 'The data stays as it is. The old version may not run on it.'
  }
  if (dataReturn === null) return 'There is no backup whose data could come back.'
  const present = skipBackup === null ? 'backed up first, in step 2, and kept beside' : 'not backed up, but kept beside'
  return `${dataReturn.sentence} The present data is ${present}.`
}

/** Whether every service may return to its old version on the data that the new one has touched. */
export function judgeImagesAlone(changes: Plan['changes'], policy: DataPolicy): ImagesAlone {
  const decisions = changes.map(({ from, to }) => canKeepData(policy, from.version, to.version))
  const torn = decisions.find(({ keep }) => !keep)
  return { allowed: torn === undefined, reason: (torn ?? decisions[0])?.reason ?? 'Nothing is changed.' }
}
