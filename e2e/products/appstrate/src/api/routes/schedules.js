import { Hono } from 'hono'
import { found, readBody } from '../lib/body.js'
import { requireOrg } from '../lib/guard.js'
import { randomId } from '../lib/seal.js'

/** Runs at intervals: what is to run is in the database, when it is due next is in Redis. */
export const schedules = new Hono()
  .post('/schedules', requireOrg, async (context) => {
    const { database, queues } = context.get('services')
    const fields = { agentId: 'string', name: 'string', everySeconds: 'number' }
    const { agentId, name, everySeconds } = await readBody(context, fields)
    const { orgId } = context.get('who')
    found(await database.row('SELECT id FROM agents WHERE id = $1 AND org_id = $2', agentId, orgId), 'agent', agentId)
    const id = randomId('sch')
    const sql = 'INSERT INTO schedules (id, org_id, agent_id, name, every_seconds) VALUES ($1, $2, $3, $4, $5)'
    await database.row(sql, id, orgId, agentId, name, everySeconds)
    await queues.addSchedule(id, everySeconds, { orgId, agentId })
    return context.json({ id, name, agentId, everySeconds }, 201)
  })
  .get('/schedules', requireOrg, async (context) => {
    const { database, queues } = context.get('services')
    const sql = 'SELECT id, name, agent_id, every_seconds FROM schedules WHERE org_id = $1 ORDER BY created_at, id'
    const rows = await database.rows(sql, context.get('who').orgId)
    const data = await Promise.all(
      rows.map(async (row) => ({ ...row, nextRunAt: (await queues.nextRun(row.id)) ?? null })),
    )
    return context.json({ data })
  })
  .delete('/schedules/:id', requireOrg, async (context) => {
    const { database, queues } = context.get('services')
    const id = context.req.param('id')
    const sql = 'DELETE FROM schedules WHERE id = $1 AND org_id = $2 RETURNING id'
    found(await database.row(sql, id, context.get('who').orgId), 'schedule', id)
    await queues.removeSchedule(id)
    return context.body(null, 204)
  })
