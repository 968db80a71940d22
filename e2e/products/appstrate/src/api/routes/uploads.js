import { Hono } from 'hono'
import { found, readBody } from '../lib/body.js'
import { requireOrg } from '../lib/guard.js'
import { Problem } from '../lib/problem.js'
import { randomId, sha256, sign, verify } from '../lib/seal.js'

const tokenLifeMs = 15 * 60_000

/** Files in the bucket: asked for with a key, sent with a token signed by UPLOAD_SIGNING_SECRET. */
export const uploads = new Hono()
  .put('/uploads/_content', async (context) => {
    const { database, settings, storage } = context.get('services')
    const ticket = verify(context.req.query('token') ?? '', settings.secrets.uploads)
    if (!ticket) throw new Problem(401, 'invalid_upload_token', 'The upload token is wrong or too old')
    const content = Buffer.from(await context.req.arrayBuffer())
    await storage.put(ticket.key, content, context.req.header('Content-Type') ?? 'application/octet-stream')
    const sql = 'UPDATE uploads SET bytes = $2, sha256 = $3 WHERE id = $1'
    await database.row(sql, ticket.id, content.length, sha256(content))
    return context.body(null, 204)
  })
  .post('/uploads', requireOrg, async (context) => {
    const { database, settings } = context.get('services')
    const { name, mime } = await readBody(context, { name: 'string', size: 'number', mime: 'string' })
    const { orgId } = context.get('who')
    const id = randomId('upl')
    const key = `uploads/${orgId}/${id}/${name}`
    const sql = 'INSERT INTO uploads (id, org_id, name, content_type, storage_key) VALUES ($1, $2, $3, $4, $5)'
    await database.row(sql, id, orgId, name, mime, key)
    const token = sign({ id, key, expires: Date.now() + tokenLifeMs }, settings.secrets.uploads)
    return context.json({ id, uri: `upload://${id}`, url: `/api/uploads/_content?token=${token}`, token }, 201)
  })
  .get('/uploads/:id/content', requireOrg, async (context) => {
    const { database, storage } = context.get('services')
    const id = context.req.param('id')
    const sql = 'SELECT storage_key, content_type FROM uploads WHERE id = $1 AND org_id = $2'
    const upload = found(await database.row(sql, id, context.get('who').orgId), 'upload', id)
    return context.body(await storage.get(upload.storage_key), 200, { 'Content-Type': upload.content_type })
  })
