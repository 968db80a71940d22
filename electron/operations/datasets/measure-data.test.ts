import { afterEach, beforeEach, expect, it } from 'vitest'
import { layOut } from '../layout.ts'
import { measureReturn } from '../measure-return.ts'
import { measureReplaced } from '../replaced-data.ts'
import { makeSamplePlace, type SamplePlace } from '../sample-place.ts'
import { makeCli, makeSharedStack } from '../sample-restore.ts'
import { measureData } from './measure-data.ts'
import { OPERATION_LABEL, QUESTION } from './throwaway-container.ts'

const id = '20261121T061502Z-upgrade-3f9a1c'
const { signal } = new AbortController()
let place: SamplePlace

beforeEach(() => {
  place = makeSamplePlace()
})
afterEach(() => place[Symbol.asyncDispose]())

/** A stack whose backups are on this computer. */
const stackHere = () => ({ ...makeSharedStack('data'), slipwayDirectory: place.slipwayDirectory })

/** Labels of the containers that were run. */
const labelsIn = (asked: readonly (readonly string[])[]) =>
  asked.flatMap((argv) => (argv[0] === 'run' && argv.includes('--label') ? [argv[argv.indexOf('--label') + 1]] : []))

/** A complete backup of the data set. */
async function putBackup(): Promise<void> {
  const directory = `${layOut(place.slipwayDirectory).backups}/${id}`
  const at = '2026-11-21T06:15:02Z'
  const dataset = {
    ...{ kind: 'sqlite', dataset: 'data', service: 'web', sourcePath: '/data/app.db', volume: 'acme_data' },
    ...{ file: 'data.db', sizeBytes: 1, sha256: '0'.repeat(64), tables: {}, schemaVersion: null, tool: 'sqlite3' },
    ...{ imageId: 'sha256:web', imageDigest: null, pin: null, warnings: [], startedAt: at, finishedAt: at },
  }
  const manifest = { format: 1, id, operationId: id, project: 'acme', createdAt: at, datasets: [dataset] }
  await place.host.files.makeDirectories(directory)
  await place.host.files.writeAtomic(`${directory}/manifest.json`, JSON.stringify(manifest))
}

it('what looks at data is only a question: a rollback that wants to replace the data may end it', async () => {
  const { cli, asked } = makeCli(() => ({ stdout: 'size\t1\n' }))
  const stack = stackHere()
  await putBackup()
  await measureData(stack, cli, signal)
  await measureReturn({ host: place.host, cli, stack, signal }, id, ['web'])
  const name = `/data/app.db.slipway-replaced-${id}`
  await measureReplaced(stack, { dataset: 'data', kind: 'sqlite', name, at: '' }, { cli, signal })
  expect(labelsIn(asked)).toEqual(Array(3).fill(`${OPERATION_LABEL}=${QUESTION}`))
})
