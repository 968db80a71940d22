import { join } from 'node:path'
import type { ProductTools } from '../../host/products.ts'

/** The majors there are, and the Debian release that has each. */
const suites = { '17': 'trixie', '15': 'bookworm' } as const

export type PostgresMajor = keyof typeof suites

/** Just-in-time compilation alone is half of the packages' size, and PostgreSQL does without it when it is not there. */
const leaveOut = [
  '/usr/lib/*/libLLVM*',
  '/usr/lib/*/libz3*',
  '/usr/lib/postgresql/*/lib/bitcode/*',
  '/usr/lib/postgresql/*/lib/llvmjit*',
]

/** The image makes a cluster when it first runs, on its volume; Debian's package would make one of its own. */
const files = { '/etc/postgresql-common/createcluster.d/none.conf': 'create_main_cluster = false\n' }

/** PostgreSQL of a major from Debian in an image that is used like the published one; returns the image's name. */
export async function postgresImage(tools: ProductTools, major: PostgresMajor): Promise<string> {
  const packages = [`postgresql-${major}`]
  const root = await tools.importRoot({
    name: `postgres-${major}-root`,
    packages,
    suite: suites[major],
    leaveOut,
    files,
  })
  const contextDir = join(import.meta.dirname, 'postgres')
  return await tools.buildImage({ name: `postgres-${major}`, contextDir, from: root, buildArgs: { MAJOR: major } })
}
