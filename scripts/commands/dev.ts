import { build } from 'vite'
import { renderer } from '../../electron.vite.config.ts'
import { run } from '../child.ts'
import { chooseRuntime, sayBrowser } from '../runtime.ts'

/** Builds the page now and again on each change; resolves when the first build is done. */
async function watchPage(): Promise<void> {
  const options = { ...renderer.build, watch: {}, minify: false, sourcemap: true } as const
  const watcher = await build({ ...renderer, build: options, configFile: false, logLevel: 'warn' })
  if (!('on' in watcher)) return
  await new Promise<void>((resolve) => {
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') console.error(event.error.message)
      if (event.code === 'END') {
        console.log('The page is built: reload it to see the change.')
        resolve()
      }
    })
  })
}

const runtime = await chooseRuntime()
if ('electron' in runtime) {
  process.exitCode = await run('electron-vite', ['dev', '--watch', ...process.argv.slice(2)])
} else {
  sayBrowser(runtime.reason)
  await watchPage()
  const argv = ['--watch', '--watch-preserve-output', 'electron/server.ts', '--open', ...process.argv.slice(2)]
  process.exitCode = await run('node', argv)
  process.exit()
}
