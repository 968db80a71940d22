import { setTimeout as sleep } from 'node:timers/promises'
import { createAgentRunner } from './agent-runner.js'
import { openDatabase } from './database.js'
import { logger } from './logger.js'
import { migrateDatabase } from './migrate.js'
import { createOrchestrator } from './orchestrator.js'
import { openQueues } from './queues.js'
import { openStorage } from './storage.js'
import { createWebhooks } from './webhooks.js'

const databasePatienceMs = 30_000

/** Everything behind the HTTP server, in the order in which it is needed. */
export async function boot(settings) {
  const storage = openStorage(settings.storage)
  await untilReachable(settings.databaseUrl)
  await migrateDatabase(settings.databaseUrl)
  const database = openDatabase(settings.databaseUrl)
  const orchestrator = createOrchestrator(settings)
  await orchestrator.start()
  await finalizeOrphans(database)
  const base = { settings, database, storage, orchestrator }
  const webhooks = createWebhooks(base)
  const runner = createAgentRunner({ ...base, webhooks })
  const queues = await openQueues(settings.redisUrl, {
    run: runner.run,
    schedule: runner.runScheduled,
    webhook: webhooks.deliver,
  })
  runner.use(queues)
  webhooks.use(queues)
  return {
    ...base,
    runner,
    queues,
    async close() {
      orchestrator.stop()
      await queues.close()
      await database.close()
    },
  }
}

async function untilReachable(url) {
  const database = openDatabase(url)
  const deadline = Date.now() + databasePatienceMs
  try {
    for (;;) {
      const error = await database.rows('SELECT 1').then(
        () => undefined,
        (reason) => reason,
      )
      if (error === undefined) return
      if (Date.now() > deadline) throw error
      logger.warn({ error: error.message }, 'Waiting for the database')
      await sleep(1_000)
    }
  } finally {
    await database.close()
  }
}

/** Runs whose process ended with the last one of ours would stay `running` for ever. */
async function finalizeOrphans(database) {
  const rows = await database.rows(
    "UPDATE runs SET status = 'failed', error = 'orphaned', finished_at = now() WHERE status = 'running' RETURNING id",
  )
  if (rows.length > 0) logger.info({ count: rows.length, runIds: rows.map(({ id }) => id) }, 'Finalized orphaned runs')
}
