import { logger } from './lib/logger.js'
import { migrateDatabase } from './lib/migrate.js'

// Migrates and ends, for stacks that have a service of its own for it.
try {
  await migrateDatabase(process.env.DATABASE_URL)
} catch (error) {
  logger.fatal({ error: error.message, stack: error.stack }, 'Migration failed')
  process.exitCode = 1
}
