import type { Notice } from '../../shared/contract/monitor.ts'
import { noticeAddress } from '../../shared/monitor/notice-address.ts'
import { isBrowserEntry } from '../lib/transports.ts'

/** Whether the browser may notify; `none` where it cannot, or where the app does it by itself. */
export type BrowserPermission = NotificationPermission | 'none'

export function browserPermission(): BrowserPermission {
  return isBrowserEntry() && 'Notification' in window ? Notification.permission : 'none'
}

/** To be called by a click: a page that asks by itself is refused for good. */
export async function askBrowserPermission(): Promise<BrowserPermission> {
  return browserPermission() === 'none' ? 'none' : Notification.requestPermission()
}

/** Tells it outside the page, for whom the page is not in sight. */
export function notifyByBrowser(notice: Notice): void {
  if (browserPermission() !== 'granted' || document.visibilityState === 'visible') return
  const shown = new Notification(notice.title, { body: notice.body, tag: notice.incidentId ?? notice.id })
  shown.addEventListener('click', () => {
    window.focus()
    window.location.hash = noticeAddress(notice)
    shown.close()
  })
}
