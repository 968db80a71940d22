import { Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { connection } from '../lib/client.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { NoticeToasts } from './notice-toasts.tsx'
import classes from './shell.module.css'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

/** The frame of every page: hosts at the left, where you are at the top, the page below. */
export function Shell() {
  const main = useRef<HTMLElement>(null)
  const { kind } = useSyncExternalStore(connection.subscribe, connection.getState)
  const pathname = useRouterState({ select: (state) => state.location.pathname })

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page begins at its top
  useEffect(() => {
    main.current?.scrollTo({ top: 0 })
  }, [pathname])

  return (
    <div className={classes.shell} data-stale={kind === 'lost' || undefined}>
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <NoticeToasts />
      <Sidebar />
      <div className={classes.right}>
        <TopBar />
        <ConnectionBanner />
        <main ref={main} className={classes.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </div>
  )
}
