import { ConfigError, loadConfig } from './config.js'
import { deployMigrations, MigrationError } from './migrations.js'

// Lines of plain text among the hub's JSON: so do tools that a service starts.
try {
  await deployMigrations(loadConfig().databaseUrl, (line) => console.log(line))
} catch (error) {
  if (!(error instanceof MigrationError || error instanceof ConfigError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
