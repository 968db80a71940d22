import { Hono } from 'hono'
import { found, readBody } from '../lib/body.js'
import { requireOrg, requireUser } from '../lib/guard.js'
import { randomId, sha256 } from '../lib/seal.js'

/** Organizations with their first application, API keys and end users. */
export const orgs = new Hono()
  .post('/orgs', requireUser, async (context) => {
    const { database } = context.get('services')
    const { name } = await readBody(context, { name: 'string' })
    const [id, applicationId] = [randomId('org'), randomId('app')]
    await database.row('INSERT INTO organizations (id, name) VALUES ($1, $2)', id, name)
    await database.row('INSERT INTO members (org_id, user_id) VALUES ($1, $2)', id, context.get('who').userId)
    await database.row('INSERT INTO applications (id, org_id, name) VALUES ($1, $2, $3)', applicationId, id, 'Default')
    return context.json({ id, name, applicationId }, 201)
  })
  .get('/orgs', requireUser, async (context) => {
    const sql =
      'SELECT o.id, o.name FROM organizations o JOIN members ON org_id = o.id WHERE user_id = $1 ORDER BY o.id'
    return context.json({ data: await context.get('services').database.rows(sql, context.get('who').userId) })
  })
  .delete('/orgs/:id', requireUser, async (context) => {
    const { database, storage, queues } = context.get('services')
    const id = context.req.param('id')
    const sql = 'SELECT org_id FROM members WHERE org_id = $1 AND user_id = $2'
    found(await database.row(sql, id, context.get('who').userId), 'organization', id)
    for (const run of await database.rows("SELECT id FROM runs WHERE org_id = $1 AND status = 'success'", id)) {
      await storage.remove(`runs/${run.id}/output.txt`)
    }
    for (const upload of await database.rows('SELECT storage_key FROM uploads WHERE org_id = $1', id)) {
      await storage.remove(upload.storage_key)
    }
    for (const schedule of await database.rows('SELECT id FROM schedules WHERE org_id = $1', id)) {
      await queues.removeSchedule(schedule.id)
    }
    await database.row('DELETE FROM organizations WHERE id = $1', id)
    return context.body(null, 204)
  })
  .post('/api-keys', requireOrg, async (context) => {
    const { database } = context.get('services')
    const { name } = await readBody(context, { name: 'string' })
    const { orgId } = context.get('who')
    const { id: applicationId } = await database.row('SELECT id FROM applications WHERE org_id = $1 ORDER BY id', orgId)
    const [id, key] = [randomId('key'), randomId('ask', 24)]
    await database.row(
      'INSERT INTO api_keys (id, org_id, application_id, name, hash) VALUES ($1, $2, $3, $4, $5)',
      ...[id, orgId, applicationId, name, sha256(key)],
    )
    return context.json({ id, name, applicationId, key }, 201)
  })
  .get('/api-keys', requireOrg, async (context) => {
    const sql = 'SELECT id, name, created_at, last_used_at FROM api_keys WHERE org_id = $1 ORDER BY id'
    return context.json({ data: await context.get('services').database.rows(sql, context.get('who').orgId) })
  })
  .delete('/api-keys/:id', requireOrg, async (context) => {
    const id = context.req.param('id')
    const sql = 'DELETE FROM api_keys WHERE id = $1 AND org_id = $2 RETURNING id'
    found(await context.get('services').database.row(sql, id, context.get('who').orgId), 'API key', id)
    return context.body(null, 204)
  })
  .post('/end-users', requireOrg, async (context) => {
    const { database } = context.get('services')
    const { externalId, name } = await readBody(context, { externalId: 'string', name: 'string' })
    const { orgId } = context.get('who')
    const id = randomId('eu')
    const sql =
      'INSERT INTO end_users (id, application_id, external_id, name) SELECT $1, min(id), $2, $3 FROM applications WHERE org_id = $4'
    await database.row(sql, id, externalId, name, orgId)
    return context.json({ id, externalId, name }, 201)
  })
