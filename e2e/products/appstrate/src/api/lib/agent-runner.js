import { agentColumn, build } from './build.js'
import { Problem } from './problem.js'
import { randomId, sign } from './seal.js'

/** Runs agents: takes requests for runs, and does what the queue hands back. */
export function createAgentRunner({ settings, database, storage, orchestrator, webhooks }) {
  let queues

  /** Notes a run and queues it. */
  async function request({ orgId, agentId, endUserId = null, trigger = 'api' }) {
    const agent = await database.row(
      `SELECT ${agentColumn} AS input FROM agents WHERE id = $1 AND org_id = $2`,
      agentId,
      orgId,
    )
    if (!agent) throw new Problem(404, 'not_found', `There is no agent ${agentId}`)
    if (agentColumn === 'input' && agent.input.v === undefined) {
      throw new Problem(409, 'input_not_migrated', 'Run scripts/migrate-config-to-input.js --apply first')
    }
    const id = randomId('run')
    await database.row(
      "INSERT INTO runs (id, org_id, agent_id, end_user_id, status, trigger) VALUES ($1, $2, $3, $4, 'pending', $5)",
      ...[id, orgId, agentId, endUserId, trigger],
    )
    await queues.addRun(id)
    return id
  }

  async function run({ runId }) {
    const started = await database.row(
      `UPDATE runs SET status = 'running', started_at = now() FROM agents
       WHERE runs.id = $1 AND agents.id = runs.agent_id AND status = 'pending'
       RETURNING runs.org_id, agents.name, agents.${agentColumn} AS input`,
      runId,
    )
    if (!started) return
    const { prompt } = started.input.values ?? started.input
    const expires = Date.now() + settings.runLimits.timeout_ceiling_seconds * 1_000
    const token = sign({ runId, expires }, settings.secrets.runs)
    try {
      const output = await orchestrator.runAgent(runId, {
        AGENT_NAME: started.name,
        AGENT_PROMPT: prompt,
        RUN_TOKEN: token,
      })
      await storage.put(`runs/${runId}/output.txt`, output, 'text/plain')
      const known = await finish(runId, 'success', { output: output.trim() }, null)
      // Its organization was deleted meanwhile.
      if (!known) await storage.remove(`runs/${runId}/output.txt`)
    } catch (error) {
      await finish(runId, 'failed', null, error.message)
    }
    await webhooks.announce(started.org_id, 'run.finished', { runId })
  }

  function finish(runId, status, result, error) {
    const duration = build.migrations >= 33 ? ', duration_ms = extract(epoch FROM now() - started_at) * 1000' : ''
    return database.row(
      `UPDATE runs SET status = $2, result = $3, error = $4, finished_at = now()${duration} WHERE id = $1 RETURNING id`,
      ...[runId, status, result, error],
    )
  }

  return {
    request,
    run,
    runScheduled: ({ orgId, agentId }) => request({ orgId, agentId, trigger: 'schedule' }),
    use(opened) {
      queues = opened
    },
  }
}
