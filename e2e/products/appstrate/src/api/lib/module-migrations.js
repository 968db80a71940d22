import { build } from './build.js'
import { logger } from './logger.js'

/**
 * The migrations of optional modules, statement by statement: there is no transaction around them, so what was done
 * before a failure stays.
 */
export async function migrateModules(client) {
  if (build.mistake !== 'HALF_MIGRATION') return
  for (const statement of deliveryColumns) {
    logger.info({ module: 'webhooks', statement }, 'Applying module migration')
    await client.query(statement)
  }
}

const deliveryColumns = [
  'ALTER TABLE webhooks RENAME COLUMN url TO target_url',
  'ALTER TABLE webhook_deliveries RENAME COLUMN attempt_no TO attempts',
]
