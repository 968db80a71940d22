import { Hono } from 'hono'
import { found, readBody } from '../lib/body.js'
import { requireOrg } from '../lib/guard.js'
import { randomId } from '../lib/seal.js'

/** Where to tell what; the secret is shown once. */
export const webhooks = new Hono()
  .post('/webhooks', requireOrg, async (context) => {
    const { url, enabled = true } = await readBody(context, { url: 'string' })
    const [id, secret] = [randomId('whk'), randomId('whs', 24)]
    const sql = 'INSERT INTO webhooks (id, org_id, url, secret, enabled) VALUES ($1, $2, $3, $4, $5)'
    await context.get('services').database.row(sql, id, context.get('who').orgId, url, secret, enabled === true)
    return context.json({ id, url, secret, enabled: enabled === true }, 201)
  })
  .get('/webhooks', requireOrg, async (context) => {
    const sql = 'SELECT id, url, enabled FROM webhooks WHERE org_id = $1 ORDER BY created_at, id'
    return context.json({ data: await context.get('services').database.rows(sql, context.get('who').orgId) })
  })
  .delete('/webhooks/:id', requireOrg, async (context) => {
    const id = context.req.param('id')
    const sql = 'DELETE FROM webhooks WHERE id = $1 AND org_id = $2 RETURNING id'
    found(await context.get('services').database.row(sql, id, context.get('who').orgId), 'webhook', id)
    return context.body(null, 204)
  })
