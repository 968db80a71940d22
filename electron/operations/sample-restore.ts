import type { DatasetBackup } from '../../shared/operations/backup-manifest.ts'
import type { DatasetOf } from '../../shared/runbook/data-schema.ts'
import type { ExecResult } from '../hosts/host.ts'
import { buildContainer, buildService } from '../stacks/container-fixture.ts'
import type { Stack } from '../stacks/stack.ts'
import type { DockerCli } from './docker-cli.ts'

/** For tests: a docker command that answers from a table and remembers what it was asked. */
export function makeCli(answer: (argv: readonly string[]) => Partial<ExecResult> | undefined) {
  const asked: (readonly string[])[] = []
  const cli: DockerCli = {
    run: async (argv) => {
      asked.push(argv)
      return { code: 0, signal: null, stdout: '', stderr: '', ...answer(argv) }
    },
    argv: (argv) => ['docker', ...argv],
  }
  return { cli, asked }
}

export const sqliteDataset = (id: string): DatasetOf<'sqlite'> => ({
  kind: 'sqlite',
  id,
  service: 'web',
  path: `/${id}/app.db`,
})

export const sqliteBackup = { kind: 'sqlite', startedAt: '2026-11-21T06:15:02Z' } as DatasetBackup

/** As long as the engine's. */
export const longId = (name: string) => `${name}-`.padEnd(64, '0')

/**
 * For tests: `web` with a volume for each of these data sets, `pool` that shares them, and `old-worker`, which shares them
 * too and is in no compose file any more.
 */
export function makeSharedStack(...ids: readonly string[]): Stack {
  const mounts = ids.map((id) => ({
    type: 'volume' as const,
    name: `acme_${id}`,
    source: `/var/lib/docker/volumes/acme_${id}/_data`,
    destination: `/${id}`,
    readOnly: false,
  }))
  const containers = Object.fromEntries(
    ['web', 'pool', 'old-worker'].map((name) => [name, [buildContainer(name, { id: longId(name), mounts })]]),
  )
  const host = { label: 'vm', usesSudo: false, describeCommand: (argv: readonly string[]) => argv.join(' ') }
  return {
    ref: { hostId: 'vm', project: 'acme' },
    session: { host, engine: { cliFlags: [] } },
    project: { project: 'acme', directory: '/srv/acme', files: ['/srv/acme/compose.yaml'], envFiles: [] },
    model: { services: { web: buildService('web'), pool: buildService('pool') } },
    runbook: { services: [], migrations: { schemaVersions: [] }, backup: { datasets: ids.map(sqliteDataset) } },
    containers,
    slipwayDirectory: '/srv/acme/.slipway',
  } as unknown as Stack
}
