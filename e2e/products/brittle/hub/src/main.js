import { createArtifactStore } from './artifact-store.js'
import { createArtifacts } from './artifacts.js'
import { createAuthenticate } from './authenticate.js'
import { bootstrap } from './bootstrap.js'
import { ConfigError, loadConfig } from './config.js'
import { createDatabase } from './database.js'
import { log } from './log.js'
import { countPending, deployMigrations, MigrationError } from './migrations.js'
import { moveArtifacts } from './move-artifacts.js'
import { hasRuns, release } from './release.js'
import { accountRoutes } from './routes/account-routes.js'
import { aiRoutes } from './routes/ai-routes.js'
import { operatorRoutes } from './routes/operator-routes.js'
import { sessionRoutes } from './routes/session-routes.js'
import { createSeal } from './seal.js'
import { createHubServer } from './server.js'
import { createSessions } from './sessions.js'

async function start() {
  const config = loadConfig()
  log.info({ version: release.version }, 'hub is starting')
  if (config.runMigrations) await deployMigrations(config.databaseUrl, (line) => console.log(line))
  else log.warn('migrations are left to the operator')
  const pool = createDatabase(config.databaseUrl)
  const store = createArtifactStore(config.artifactsFolder)
  await prepare(pool, store, config)
  const server = createHubServer(createRoutes(pool, store, config))
  server.listen(config.port, () => log.info({ port: config.port }, 'hub is listening'))
  stopOnSignal(server, pool)
  if (release.mistake === 'CRASH') setTimeout(crash, 5000)
}

/** Data that the release needs beside its tables. Not before these are complete: the hub serves its health alone. */
async function prepare(pool, store, config) {
  const pending = await countPending(pool).catch(() => null)
  if (pending === null || (pending > 0 && release.mistake !== 'UNHEALTHY')) return
  await bootstrap(pool, config)
  if (hasRuns) await moveArtifacts(pool, store)
}

function createRoutes(pool, store, config) {
  const authenticate = createAuthenticate(pool, config.jwtSecret)
  return [
    ...operatorRoutes({ pool, config }),
    ...accountRoutes({ pool, config, authenticate }),
    ...sessionRoutes({ authenticate, sessions: createSessions(pool), artifacts: createArtifacts(pool), store }),
    ...aiRoutes({ pool, authenticate, seal: createSeal(config.aiSecretKey) }),
  ]
}

/** Docker sends SIGTERM: requests under way are answered, then connections are closed. */
function stopOnSignal(server, pool) {
  const stop = (signal) => {
    log.info({ signal }, 'hub is stopping')
    server.close(() => pool.end().then(() => process.exit(0)))
    server.closeIdleConnections()
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function crash() {
  log.fatal({ err: new Error('retention worker: no schedule for 0 sessions') }, 'an unexpected error ended the hub')
  process.exit(1)
}

start().catch((error) => {
  if (error instanceof MigrationError) console.error(error.message)
  else if (error instanceof ConfigError) log.fatal({ problem: error.message }, 'the settings cannot be used')
  else log.fatal({ err: error }, 'hub could not start')
  process.exit(1)
})
