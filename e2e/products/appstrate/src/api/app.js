import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { health } from './lib/health.js'
import { logger } from './lib/logger.js'
import { Problem } from './lib/problem.js'
import { randomId } from './lib/seal.js'
import { agents } from './routes/agents.js'
import { auth } from './routes/auth.js'
import { connections } from './routes/connections.js'
import { openApi } from './routes/open-api.js'
import { orgs } from './routes/orgs.js'
import { schedules } from './routes/schedules.js'
import { uploads } from './routes/uploads.js'
import { webhooks } from './routes/webhooks.js'

const dashboard = '<!doctype html><html lang="en"><title>Appstrate</title><div id="root"></div></html>\n'

/** All that is answered. Until the boot is over (`state.services`) that is `/health`, and one problem for the rest. */
export function createApp(state, settings) {
  const app = new Hono()
  app.use(async (context, next) => {
    context.set('requestId', randomId('req'))
    await next()
    context.header('Request-Id', context.get('requestId'))
  })
  app.get('/health', (context) => health(context, state))
  app.use(async (context, next) => {
    if (!state.services) throw new Problem(503, 'starting', 'The platform is starting', { 'Retry-After': '1' })
    context.set('services', state.services)
    await next()
  })
  app.use('/api/*', cors({ origin: settings.trustedOrigins, credentials: true }))
  app.get('/', (context) => context.html(dashboard))
  app.route('/api', openApi)
  app.route('/api', auth)
  app.route('/api', uploads)
  for (const routes of [orgs, agents, connections, schedules, webhooks]) app.route('/api', routes)
  app.notFound((context) => answerError(new Problem(404, 'not_found', 'There is nothing here'), context))
  app.onError(answerError)
  return app
}

function answerError(error, context) {
  const requestId = context.get('requestId')
  if (error instanceof Problem) return error.toResponse(requestId)
  logger.error({ requestId, error: error.message, stack: error.stack }, 'Unhandled error')
  return new Problem(500, 'internal_error', 'Something went wrong').toResponse(requestId)
}
