import { type Request, type Send, signProjectToken, tenantHost } from './access.ts'

/** A project that a seed made, and what its own app needs to reach it. */
export type SeededProject = { readonly slug: string; readonly hash: string; readonly jwtSecret: string }

const names = ['Shop', 'Billing', 'Käse & Brot']

/**
 * Fills the stack as its users would: projects on the shared cluster with tables and rows by `push`, rows by their own
 * apps through the gateway, and a backup of each; that of the first is verified.
 */
export async function seedFlux(send: Send, apiToken: string, { orders = 40 } = {}): Promise<readonly SeededProject[]> {
  const ask = createExpectingSend(send, apiToken)
  const projects: SeededProject[] = []
  for (const name of names) projects.push(await seedProject(send, ask, name, orders))
  return projects
}

async function seedProject(send: Send, ask: ReturnType<typeof createExpectingSend>, name: string, orders: number) {
  const created = await ask<{ summary: { slug: string; hash: string }; projectJwtSecret: string }>(
    { service: 'web', path: '/api/cli/v1/create', body: { name } },
    201,
  )
  const { slug, hash } = created.summary
  const project = { slug, hash, jwtSecret: created.projectJwtSecret }
  const sql = `CREATE TABLE orders (id integer PRIMARY KEY, item text NOT NULL, price numeric(8,2));
    CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL);
    INSERT INTO orders SELECT i, 'item ' || i || ': käse – 50 %', i * 1.25 FROM generate_series(1, ${orders}) i`
  await ask({ service: 'web', path: '/api/cli/v1/push', body: { slug, hash, sql } }, 200)
  await insertCustomers(send, project)
  await seedBackup(ask, project, name === names[0])
  return project
}

async function insertCustomers(send: Send, project: SeededProject): Promise<void> {
  const answer = await send({
    service: 'gateway',
    path: '/customers',
    host: tenantHost(project),
    token: signProjectToken(project.jwtSecret),
    body: [{ name: 'Ada' }, { name: 'Grace' }],
  })
  if (answer.status !== 201) throw new Error(`inserting at the gateway: ${answer.status} ${answer.body}`)
}

async function seedBackup(ask: ReturnType<typeof createExpectingSend>, { hash }: SeededProject, verified: boolean) {
  const backups = `/api/cli/v1/projects/${hash}/backups`
  const { backup } = await ask<{ backup: { id: string } }>({ service: 'web', method: 'POST', path: backups }, 200)
  if (verified) await ask({ service: 'web', method: 'POST', path: `${backups}/${backup.id}/verify` }, 200)
}

/** Adds the operator's key, and throws when the status is not the expected one. Resolves with the JSON body. */
function createExpectingSend(send: Send, token: string) {
  return async <Body>(request: Request, expected: number): Promise<Body> => {
    const answer = await send({ token, ...request })
    if (answer.status === expected) return JSON.parse(answer.body) as Body
    throw new Error(`${request.service} ${request.path}: ${answer.status} instead of ${expected}: ${answer.body}`)
  }
}
