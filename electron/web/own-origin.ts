/** Names under which a browser may reach the loopback server. Any other `Host` is DNS rebinding. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost']

export function isOwnHost(host: string | undefined, port: number): boolean {
  return host !== undefined && LOOPBACK_NAMES.some((name) => host === `${name}:${port}`)
}

/** Whether `origin` is the very origin that was asked for: a page on `localhost` may not call `127.0.0.1`. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  return origin !== undefined && host !== undefined && origin === `http://${host}`
}

/** Whether the browser says that another page asked: what `Origin` leaves out on plain GETs. `none` is the address bar. */
export function isAskedByOtherPage(fetchSite: string | undefined): boolean {
  return fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none'
}
