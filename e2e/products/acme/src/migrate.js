import { log } from './log.js'
import { migrate } from './schema.js'

if (process.env.ACME_MIGRATE === 'boot') log('info', 'the api migrates')
else {
  try {
    await migrate()
  } catch (error) {
    log('error', String(error.message))
    process.exit(3)
  }
}
