import { openDatabase } from '../lib/database.js'

// After migration 0040: gives what agents were told its new form. Without --apply it only counts.
const database = openDatabase(process.env.DATABASE_URL)
const old = await database.rows("SELECT id FROM agents WHERE input ->> 'v' IS NULL")
console.log(`${old.length} agents have input of the old form`)
if (process.argv.includes('--apply')) {
  await database.rows(
    "UPDATE agents SET input = jsonb_build_object('v', 2, 'values', input) WHERE input ->> 'v' IS NULL",
  )
  console.log(`${old.length} agents migrated`)
}
await database.close()
