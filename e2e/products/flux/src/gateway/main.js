import { build } from '../common/build.js'
import { serve } from '../common/http-server.js'
import { logger } from './logger.js'
import { handle } from './routes.js'
import { settings } from './settings.js'

serve(settings.port, handle, () => logger.info({ port: settings.port, version: build.version }, 'gateway listening'))
