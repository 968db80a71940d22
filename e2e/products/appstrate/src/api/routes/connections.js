import { Hono } from 'hono'
import { found, readBody } from '../lib/body.js'
import { requireOrg } from '../lib/guard.js'
import { Problem } from '../lib/problem.js'
import { randomId, seal, sha256, unseal } from '../lib/seal.js'

/** Credentials of other services, encrypted in the database with CONNECTION_ENCRYPTION_KEY. */
export const connections = new Hono()
  .post('/connections', requireOrg, async (context) => {
    const { database, settings } = context.get('services')
    const fields = { provider: 'string', label: 'string', credentials: 'object' }
    const { provider, label, credentials } = await readBody(context, fields)
    const id = randomId('con')
    const sealed = seal(JSON.stringify(credentials), settings.secrets.encryption)
    const sql = 'INSERT INTO connections (id, org_id, provider, label, credentials) VALUES ($1, $2, $3, $4, $5)'
    await database.row(sql, id, context.get('who').orgId, provider, label, sealed)
    return context.json({ id, provider, label }, 201)
  })
  .get('/connections', requireOrg, async (context) => {
    const sql = 'SELECT id, provider, label FROM connections WHERE org_id = $1 ORDER BY created_at, id'
    return context.json({ data: await context.get('services').database.rows(sql, context.get('who').orgId) })
  })
  .post('/connections/:id/test', requireOrg, async (context) => {
    const { database, settings } = context.get('services')
    const id = context.req.param('id')
    const sql = 'SELECT credentials FROM connections WHERE id = $1 AND org_id = $2'
    const { credentials } = found(await database.row(sql, id, context.get('who').orgId), 'connection', id)
    try {
      // Proves that they can be read, and tells nobody what they are.
      return context.json({ ok: true, sha256: sha256(unseal(credentials, settings.secrets.encryption)) })
    } catch (error) {
      throw new Problem(409, 'credentials_unreadable', error.message)
    }
  })
  .delete('/connections/:id', requireOrg, async (context) => {
    const id = context.req.param('id')
    const sql = 'DELETE FROM connections WHERE id = $1 AND org_id = $2 RETURNING id'
    found(await context.get('services').database.row(sql, id, context.get('who').orgId), 'connection', id)
    return context.body(null, 204)
  })
