import { expect, test } from 'vitest'
import { runbookSchema } from '../../shared/runbook/schema.ts'
import { canKeepData } from '../../shared/versions/data-compatibility.ts'
import { buildContainer } from '../stacks/container-fixture.ts'
import { buildPins } from '../stacks/pins.ts'
import { judgeImagesAlone } from './plan-rollback-data.ts'
import { returnChange } from './rollback-target.ts'
import { describeFrom } from './upgrade-target.ts'

const runbook = runbookSchema.parse({
  slipway: 1,
  id: 'acme',
  name: 'Acme',
  match: { images: ['acme/api'] },
  versions: { dataCompatible: 'within-minor', tagPrefix: 'v' },
  services: [{ name: 'api' }],
})

/** A stack whose files say one version of a service, while another runs; null: none. */
function stackOf(pinned: string, ran: string | null, digest: string | null = null) {
  const image = `acme/api:${pinned}`
  const model = { name: 'acme', services: { api: { name: 'api', image } } }
  const pins = buildPins(model as unknown as Parameters<typeof buildPins>[0], { compose: [], env: [] }, runbook)
  const containers = ran === null ? {} : { api: [buildContainer('api', { imageReference: `acme/api:${ran}`, digest })] }
  return { pins, containers, runbook }
}

test.each([
  ['as it runs, though the files were edited', 'v2.0.0', 'v1.4.0', null, '1.4.0'],
  ['as the files say, where nothing runs', 'v2.0.0', null, null, '2.0.0'],
  ['by the image, where the tag it runs says nothing', 'v2.0.0', 'stable', 'sha256:0123456789abcdef', '0123456789ab'],
  ['by the tag, where nothing else is known', 'v2.0.0', 'stable', null, 'stable'],
])('the version that a service comes from is told %s', (_title, pinned, ran, digest, version) => {
  const from = describeFrom(stackOf(pinned, ran, digest), 'api')
  expect(from).toMatchObject({ reference: `acme/api:${pinned}`, version })
})

test('an edit that was not applied does not make a jump small', () => {
  const { version } = describeFrom(stackOf('v2.0.0', 'v1.4.0'), 'api')
  expect(canKeepData(runbook.versions, version, '2.0.0').keep).toBe(false)
})

test('files that are back while the new version runs do not let the old image return alone', () => {
  const kept = { service: 'api', reference: 'acme/api:v1.4.0', version: '1.4.0', imageId: 'sha256:1', digest: null }
  const change = returnChange(stackOf('v1.4.0', 'v2.0.0'), { ...kept, keepTag: '', containerId: '' })
  expect(change).toMatchObject({ from: { version: '2.0.0' }, to: { version: '1.4.0' } })
  expect(judgeImagesAlone([change], runbook.versions).allowed).toBe(false)
})
