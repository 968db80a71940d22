// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { expect, test } from 'vitest'
import { buildService } from '../../stacks/container-fixture.ts'
import { resolveSetting } from './resolve-setting.ts'

const model = {
  name: 'acme',
  services: {
    api: buildService('api', { environment: { S3_BUCKET: 'photos', EMPTY: '' } }),
    storage: buildService('storage', { environment: { REGION: 'eu' } }),
  },
  volumes: {},
  networks: {},
  warnings: [],
}
const resolve = (setting: string) => resolveSetting({ model, containers: {} }, 'storage', setting)

test.each([
  ['files', 'files'],
  ['${env:REGION}', 'eu'],
  ['${env:api/S3_BUCKET}', 'photos'],
  ['${env:api/S3_BUCKET:-files}', 'photos'],
  ['${env:api/EMPTY:-files}', 'files'],
  ['${env:S3_BUCKET:-files}', 'files'],
  ['${env:nobody/S3_BUCKET:-files}', 'files'],
])('%s is %s', (setting, value) => {
  expect(resolve(setting)).toBe(value)
})

test('a variable that is not set, and of which nothing is known then, is an error that names it and its service', () => {
  expect(() => resolve('${env:api/EMPTY}')).toThrow('the variable EMPTY of service api, which is not set')
  expect(() => resolve('${env:S3_BUCKET}')).toThrow('the variable S3_BUCKET of service storage, which is not set')
})
