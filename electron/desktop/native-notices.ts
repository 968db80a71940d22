import type { Notice } from '../../shared/contract/monitor.ts'
import { noticeAddress } from '../../shared/monitor/notice-address.ts'
import type { DesktopNotification, ElectronApi } from './electron-api.ts'
import { PAGE_ORIGIN } from './page-protocol.ts'

/** What a notice says in whole stands in the app; the systems cut it somewhere below this. */
const BODY_CHARACTERS = 300

export interface NoticeSource {
  subscribe(listener: (notice: Notice) => void): () => void
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
    notification.on('click', () => open(`${PAGE_ORIGIN}/${noticeAddress(notice)}`))
    notification.on('close', () => shown.delete(notification))
    notification.show()
  })
  return () => {
    stop()
    shown.clear()
  }
}
