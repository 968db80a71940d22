import { expect, test } from 'vitest'
import { buildCommandLine } from '../../electron/hosts/quote.ts'
import { probeCommands, smokeCommands } from '../../electron/operations/question-commands.ts'
import { bindBuiltIn } from '../../electron/stacks/bound-fixture.ts'
import { buildContainer } from '../../electron/stacks/container-fixture.ts'
import type { Stack } from '../../electron/stacks/stack.ts'
import type { Runbook } from '../../shared/runbook/schema.ts'

const KEY = 'hr_a-key-that-nobody-should-see'

const bound = bindBuiltIn('handoffrail', {
  api: { environment: { HR_ADMIN_API_KEY: KEY, DATABASE_URL: 'postgresql://db/app' } },
  db: { environment: { POSTGRES_DB: 'app', POSTGRES_USER: 'rail' } },
})
const published = { containerPort: 8080, protocol: 'tcp', hostIp: '127.0.0.1', hostPort: 18080 } as const
const stack = {
  ...bound,
  project: { project: 'acme' },
  containers: { api: [buildContainer('api', { ports: [published] })], db: [buildContainer('db')] },
  session: {
    host: { usesSudo: false, describeCommand: (argv: readonly string[]) => buildCommandLine(argv) },
    engine: { cliFlags: [] },
  },
} as unknown as Stack

test('the gate of a service shows each of its questions', () => {
  const commands = probeCommands(stack, 'api', '0.3.0')
  const { probes } = stack.runbook
  expect(commands.filter((line) => line.startsWith('curl '))).toHaveLength(
    probes.filter((probe) => 'http' in probe).length,
  )
  expect(commands[0]).toMatch(/^curl -q --url http:\/\/127\.0\.0\.1:18080\/health --request GET /)
  expect(commands.at(-1)).toMatch(
    /^docker exec .* acme-db-1 sh -c .* psql .*'SELECT version_num FROM alembic_version'$/,
  )
  expect(probeCommands(stack, 'db', '16')).toEqual([expect.stringContaining('pg_tables'), 'docker inspect acme-db-1'])
})

test('each step of a smoke test is a request by curl, which names its secret and does not tell it', () => {
  const commands = smokeCommands(stack, [['api', '0.3.0']])
  const { steps = [], cleanup = [] } = stack.runbook.smokeTest ?? {}
  expect(commands.filter((line) => line.startsWith('# '))).toEqual(
    [...steps, ...cleanup].map(({ title }: NonNullable<Runbook['smokeTest']>['steps'][number]) => `# ${title}`),
  )
  expect(commands.join('\n')).not.toContain(KEY)
  const read = commands[commands.indexOf('# Read it back') + 1]
  const reference = (name: string) => `$\{${name}}`
  expect(read).toContain(`'http://127.0.0.1:18080/api/v1/packets/${reference('capture:packet')}'`)
  expect(read).toContain(`--header 'X-API-Key: ${reference('secret:admin-key')}'`)
})
