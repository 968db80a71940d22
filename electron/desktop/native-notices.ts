import type { Notice } from '../../shared/contract/monitor.ts'
import type { DesktopNotification, ElectronApi } from './electron-api.ts'
import { PAGE_ORIGIN } from './page-protocol.ts'

/** What a notice says in whole stands in the app; the systems cut it somewhere below this. */
const BODY_CHARACTERS = 300

export interface NoticeSource {
  subscribe(listener: (notice: Notice) => void): () => void
}

/** Where in the app a notice leads: to its incident, its stack or its host. */
export function addressOf({ ref, incidentId, kind }: Pick<Notice, 'ref' | 'incidentId' | 'kind'>): string {
  if (ref.hostId === null) return `${PAGE_ORIGIN}/#/`
  const host = `${PAGE_ORIGIN}/#/hosts/${encodeURIComponent(ref.hostId)}`
  if (ref.project === null) return host
  const stack = `${host}/stacks/${encodeURIComponent(ref.project)}`
  if (incidentId !== null) return `${stack}/health/incidents/${encodeURIComponent(incidentId)}`
  return kind === 'watch-rule' ? `${stack}/logs` : `${stack}/health`
}

/** Tells each notice in the system's own way; a click leads to what it is about. Returns how to stop. */
export function tellNatively(
  { createNotification }: Pick<ElectronApi, 'createNotification'>,
  notices: NoticeSource,
  open: (address: string) => void,
): () => void {
  // Kept until they are closed: one that is collected as garbage no longer hears its click.
  const shown = new Set<DesktopNotification>()
  const stop = notices.subscribe((notice) => {
    const notification = createNotification({ title: notice.title, body: notice.body.slice(0, BODY_CHARACTERS) })
    shown.add(notification)
    notification.on('click', () => open(addressOf(notice)))
    notification.on('close', () => shown.delete(notification))
    notification.show()
  })
  return () => {
    stop()
    shown.clear()
  }
}
