/**
 * The stack that tests of Slipway's parts run on, by neutral names: no part of Slipway knows a product, and so do its
 * tests. What the product is like stands in its own folder.
 */
export {
  createExecSend,
  databasePath,
  parseApiKeys,
} from './products/monlight/access.ts'
export { fillErrors, seedMonlight as seedSample } from './products/monlight/seed.ts'
export { TestStack } from './products/monlight/test-stack.ts'
export { type Service, services } from './products/monlight/versions.ts'

export const SAMPLE = {
  /** Folder in `e2e/products`, name of the Compose project, and id of the runbook. */
  project: 'monlight',
  /** As the runbook calls it. */
  name: 'Monlight',
  /** On the sample host. */
  directory: '/home/deploy/monlight',
  /** Registry and path of its images, without the service. */
  images: 'localhost:5000/mattmezza/monlight',
  composeFile: new URL('./products/monlight/stack/docker-compose.yml', import.meta.url),
  runbookFile: new URL('../assets/runbooks/monlight.yaml', import.meta.url),
} as const
