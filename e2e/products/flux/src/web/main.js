import { build } from '../common/build.js'
import { serve } from '../common/http-server.js'
import { handle } from './routes.js'
import { startScheduler } from './scheduler.js'
import { settings } from './settings.js'
import { initializeAtStart } from './system-db.js'

const crashAfterMs = 5_000

serve(settings.port, handle, () => console.log(`[flux] control plane ${build.version} listens on ${settings.port}`))
startScheduler()
initializeAtStart()

if (build.mistake === 'CRASH') {
  setTimeout(() => {
    console.error('[flux] fatal:', new RangeError('Maximum call stack size exceeded'))
    process.exit(1)
  }, crashAfterMs)
}
