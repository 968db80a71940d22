import type { Notice } from '../../shared/contract/monitor.ts'
import { noticeAddress } from '../../shared/monitor/notice-address.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { RelativeTime } from '../components/figures.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { StateIcon } from '../components/state-badge.tsx'
import { failureOf } from '../lib/calls.ts'
import { NOTICE_LOOKS } from '../lib/notice-looks.ts'
import classes from './notice-bell.module.css'

/** Older news is found with the incidents of its stack. */
const MOST_SHOWN = 40

interface NoticeListProps {
  readonly notices: { readonly data: readonly Notice[] | undefined; readonly error: unknown }
  readonly seenAt: string
  readonly onOpen: () => void
}

/** The latest notices, newest first, each leading to what it is about. */
export function NoticeList({ notices, seenAt, onOpen }: NoticeListProps) {
  const failure = failureOf(notices)
  if (failure) return <ErrorNotice error={failure} />
  if (!notices.data) return <LoadingAfter what="Reading the notices" />
  if (notices.data.length === 0) {
    return (
      <p className={classes.none}>
        No notices yet. When a stack goes down, gets worse or recovers, or a host is lost, while Slipway runs, it is
        said here.
      </p>
    )
  }
  return (
    <ul className={classes.list} aria-label="Latest notices">
      {notices.data.slice(0, MOST_SHOWN).map((notice) => (
        <li key={notice.id} data-new={notice.at > seenAt || undefined}>
          <a href={noticeAddress(notice)} className={classes.notice} onClick={onOpen}>
            <StateIcon look={NOTICE_LOOKS[notice.kind]} size={16} />
            <span className={classes.words}>
              <span className={classes.title}>{notice.title}</span>
              {notice.body === '' ? null : <span className={classes.body}>{notice.body}</span>}
              <span className={classes.when}>
                <RelativeTime at={notice.at} />
                {notice.at > seenAt ? ', new' : ''}
              </span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  )
}
