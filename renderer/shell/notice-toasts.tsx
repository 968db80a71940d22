import { notifications } from '@mantine/notifications'
import { useEffect, useRef } from 'react'
import type { Notice } from '../../shared/contract/monitor.ts'
import { noticeAddress } from '../../shared/monitor/notice-address.ts'
import { NOTICE_LOOKS } from '../lib/notice-looks.ts'
import { useFleet } from '../lib/use-monitor.ts'
import { useToldNotices } from '../lib/use-notices.ts'
import { notifyByBrowser } from './browser-notifications.ts'
import classes from './notice-toasts.module.css'
import { followMatters } from './settled-matters.ts'

/** Good news may go by itself; bad news stays until it was seen. */
const GOOD_NEWS_MS = 8000

/** Tells each new notice once: on the page and, where the person allowed it, by the browser. */
export function NoticeToasts() {
  const told = useToldNotices()
  const shown = useRef(new Set<string>())
  useEffect(() => {
    for (const notice of told ?? []) {
      if (shown.current.has(notice.id)) continue
      shown.current.add(notice.id)
      show(notice)
      notifyByBrowser(notice)
    }
  }, [told])
  useHideSettled()
  return null
}

/** Not all good news is told: its kind may be switched off, or this page was cut off. */
function useHideSettled() {
  const { data: hosts } = useFleet()
  const open = useRef<ReadonlyMap<string, string>>(new Map())
  useEffect(() => {
    if (hosts === null) return
    const next = followMatters(open.current, hosts)
    open.current = next.open
    for (const matter of next.settled) notifications.hide(matter)
  }, [hosts])
}

function show(notice: Notice) {
  const { id, kind, ref, title, body, incidentId } = notice
  const look = NOTICE_LOOKS[kind]
  const isGood = kind === 'recovered' || kind === 'host-back'
  const matter = incidentId !== null ? `incident ${incidentId}` : kind.startsWith('host-') ? `host ${ref.hostId}` : null
  // What has recovered is not to be read as down a minute later.
  if (matter !== null) notifications.hide(matter)
  notifications.show({
    id: matter === null || isGood ? id : matter,
    title,
    message: (
      <>
        {body === '' ? null : <div className={classes.body}>{body}</div>}
        <a href={noticeAddress(notice)}>{incidentId === null ? 'Open' : 'Open the incident'}</a>
      </>
    ),
    icon: (
      <span data-tone={look.tone} className={classes.icon}>
        <look.icon size={18} aria-hidden />
      </span>
    ),
    classNames: { icon: classes.mark },
    color: 'transparent',
    withBorder: true,
    autoClose: isGood ? GOOD_NEWS_MS : false,
    closeButtonProps: { 'aria-label': `Close: ${title}` },
  })
}
