import { serve } from '@hono/node-server'
import { createApp } from './app.js'
import { boot } from './lib/boot.js'
import { build } from './lib/build.js'
import { logger } from './lib/logger.js'
import { readSettings } from './lib/settings.js'

const startedAt = Date.now()
const crashAfterMs = 5_000

/** What the HTTP server knows of the rest: nothing (`starting`) until the boot is over. */
const state = { startedAt, services: undefined }

try {
  const settings = readSettings(process.env)
  // It listens before it boots: what asks too early is told so.
  const server = serve({ fetch: createApp(state, settings).fetch, port: settings.port })
  endInOrder(server)
  state.services = await boot(settings)
  logger.info({ port: settings.port, startupMs: Date.now() - startedAt }, 'Server ready')
  if (build.mistake === 'CRASH') setTimeout(reapSidecars, crashAfterMs)
} catch (error) {
  logger.fatal({ error: error.message, stack: error.stack }, 'Startup failed')
  process.exitCode = 1
  setTimeout(() => process.exit(), 100)
}

/** Forgets that the pool may be empty; nobody catches it. */
function reapSidecars(pool = []) {
  logger.info({ idle: pool.length }, 'Reaping idle sidecars')
  pool[0].stop()
}

function endInOrder(server) {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
      logger.info({ signal }, 'Shutdown initiated, finishing what is under way')
      server.close()
      await state.services?.close()
      logger.info('Shutdown complete')
      process.exit(0)
    })
  }
}
