import { securityHeaders } from '../web/security-headers.ts'
import { readStaticFile } from '../web/static-files.ts'
import type { ElectronApi } from './electron-api.ts'

/** A scheme of our own: an origin that no site has, without the powers of file://. */
const PAGE_SCHEME = 'app'
export const PAGE_ORIGIN = `${PAGE_SCHEME}://page`

/** Must be called before Electron is ready. */
export function registerPageScheme({ protocol }: Pick<ElectronApi, 'protocol'>): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Serves the built page under `app://page` with the same headers as the browser entry. */
export function servePage({ protocol }: Pick<ElectronApi, 'protocol'>, pageFolder: string): void {
  const headers = securityHeaders({ webSocketOrigin: null })
  protocol.handle(PAGE_SCHEME, async (request) => {
    const url = new URL(request.url)
    const file = url.host === 'page' && request.method === 'GET' ? await readStaticFile(pageFolder, url.pathname) : null
    if (file === null) return new Response('Not found.\n', { status: 404, headers })
    return new Response(file.body, { headers: { ...headers, 'Content-Type': file.contentType } })
  })
}

/** Serves the page of the development server under the same origin; never in a packaged app. */
export function proxyPage({ protocol }: Pick<ElectronApi, 'protocol'>, developmentServer: string): void {
  protocol.handle(PAGE_SCHEME, (request) => {
    const { pathname, search } = new URL(request.url)
    return fetch(new URL(pathname + search, developmentServer), { headers: request.headers })
  })
}

export function isOwnPage(address: string): boolean {
  return URL.canParse(address) && address.startsWith(`${PAGE_ORIGIN}/`)
}
