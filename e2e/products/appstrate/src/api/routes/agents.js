import { Hono } from 'hono'
import { found, readBody } from '../lib/body.js'
import { agentColumn, build } from '../lib/build.js'
import { requireOrg } from '../lib/guard.js'
import { randomId } from '../lib/seal.js'

/** Agents and their runs. An end user sees only the runs made for that user. */
export const agents = new Hono()
  .post('/agents', requireOrg, async (context) => {
    const { database } = context.get('services')
    const { name, prompt } = await readBody(context, { name: 'string', prompt: 'string' })
    const id = randomId('agt')
    const input = agentColumn === 'input' ? { v: 2, values: { prompt } } : { prompt }
    // The version with this mistake asks for a column by the name that it never got.
    const column = build.mistake === 'AGENT_COLUMN' ? 'inputs' : agentColumn
    const sql = `INSERT INTO agents (id, org_id, name, ${column}) VALUES ($1, $2, $3, $4)`
    await database.row(sql, id, context.get('who').orgId, name, input)
    return context.json({ id, name, prompt }, 201)
  })
  .get('/agents', requireOrg, async (context) => {
    const sql = 'SELECT id, name, created_at FROM agents WHERE org_id = $1 ORDER BY created_at, id'
    return context.json({ data: await context.get('services').database.rows(sql, context.get('who').orgId) })
  })
  .get('/agents/:id', requireOrg, async (context) => {
    const id = context.req.param('id')
    const sql = `SELECT id, name, ${agentColumn} AS input FROM agents WHERE id = $1 AND org_id = $2`
    const row = found(await context.get('services').database.row(sql, id, context.get('who').orgId), 'agent', id)
    return context.json({ id, name: row.name, prompt: (row.input.values ?? row.input).prompt })
  })
  .delete('/agents/:id', requireOrg, async (context) => {
    const id = context.req.param('id')
    const sql = 'DELETE FROM agents WHERE id = $1 AND org_id = $2 RETURNING id'
    found(await context.get('services').database.row(sql, id, context.get('who').orgId), 'agent', id)
    return context.body(null, 204)
  })
  .post('/agents/:id/run', requireOrg, async (context) => {
    const { orgId, endUserId } = context.get('who')
    const runId = await context.get('services').runner.request({ orgId, endUserId, agentId: context.req.param('id') })
    return context.json({ runId, status: 'pending' }, 202)
  })
  .get('/runs', requireOrg, async (context) => {
    const { orgId, endUserId = null } = context.get('who')
    const sql = `SELECT id, agent_id, end_user_id, status, trigger, created_at FROM runs
      WHERE org_id = $1 AND ($2::text IS NULL OR end_user_id = $2) ORDER BY created_at, id`
    return context.json({ data: await context.get('services').database.rows(sql, orgId, endUserId) })
  })
  .get('/runs/:id', requireOrg, async (context) => {
    const { orgId, endUserId = null } = context.get('who')
    const id = context.req.param('id')
    const sql = `SELECT id, agent_id, status, trigger, result, error FROM runs
      WHERE id = $1 AND org_id = $2 AND ($3::text IS NULL OR end_user_id = $3)`
    return context.json(found(await context.get('services').database.row(sql, id, orgId, endUserId), 'run', id))
  })
