import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { RPCHandler } from '@orpc/server/ws'
import product from '../package.json' with { type: 'json' }
import { type App, createApp } from './app.ts'
import { defaultDataFolder } from './data-folder.ts'
import { hasDisplay, openBrowser } from './web/open-browser.ts'
import { startWebServer, type WebServer } from './web/web-server.ts'

/** How long leaving hosts in order may take before the process ends anyway. */
const DISPOSE_LIMIT_MS = 4000
const PROJECT_FOLDER = resolve(import.meta.dirname, '..')

export interface ServerOptions {
  /** 0: any free port. */
  readonly port: number
  readonly dataFolder: string
  /** Folder of the built page; default `out/renderer`. */
  readonly pageFolder?: string
}

export interface RunningServer {
  readonly origin: string
  readonly app: App
  createLink(): string
  close(): Promise<void>
}

/** The same app as in the window, for a browser on this computer. Rejects with `storage.failed` or when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const app = await createApp({
    dataFolder: options.dataFolder,
    assetsFolder: join(PROJECT_FOLDER, 'assets'),
    runtime: 'browser',
    version: product.version,
    seal: {
      available: false,
      reason: 'In the browser there is no keychain to keep secrets in: they are asked for each time.',
    },
  })
  const handler = new RPCHandler(app.router)
  let web: WebServer
  try {
    web = await startWebServer({
      port: options.port,
      pageFolder: options.pageFolder ?? join(PROJECT_FOLDER, 'out', 'renderer'),
      onConnection: (socket) => void handler.upgrade(socket),
    })
  } catch (error) {
    await app.dispose()
    throw error
  }
  return {
    origin: web.origin,
    app,
    createLink: () => web.createLink(),
    close: async () => {
      await web.close()
      await app.dispose()
    },
  }
}

function printLink(server: RunningServer): string {
  const link = server.createLink()
  console.log(`Open within two minutes, once: ${link}`)
  return link
}

function closeOnSignal(server: RunningServer): void {
  let closing = false
  const close = () => {
    if (closing) process.exit(1)
    closing = true
    setTimeout(() => process.exit(1), DISPOSE_LIMIT_MS).unref()
    void server.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, close)
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      'data-folder': { type: 'string' },
      open: { type: 'boolean', default: false },
    },
  })
  const server = await startServer({
    port: Number(values.port),
    dataFolder: values['data-folder'] ?? defaultDataFolder(product.name),
  })
  closeOnSignal(server)
  process.on('unhandledRejection', (error) => server.app.reportBug(error, 'unhandled rejection'))
  for (const notice of server.app.notices) console.error(notice)
  const link = printLink(server)
  if (values.open && hasDisplay()) openBrowser(link)
  if (!process.stdin.isTTY) return
  console.log('Press Enter for a new link, Ctrl-C to end.')
  createInterface({ input: process.stdin }).on('line', () => printLink(server))
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error))
    if (error instanceof Error && 'hint' in error && error.hint) console.error(error.hint)
    process.exit(1)
  })
}
