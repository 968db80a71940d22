import { IconChevronRight } from '@tabler/icons-react'
import { Link, useParams, useRouterState } from '@tanstack/react-router'
import { MiddleTruncate } from '../components/figures.tsx'
import { useHost } from '../lib/use-hosts.ts'
import { HINTS_ID } from '../theme.ts'
import { AboutButton } from './about-button.tsx'
import { NoticeBell } from './notice-bell.tsx'
import { SchemeToggle } from './scheme-toggle.tsx'
import classes from './top-bar.module.css'
import { useWindowTitle } from './use-worst-state.ts'

/** Where you are, and what belongs to the whole app. */
export function TopBar() {
  return (
    <header className={classes.bar}>
      <Crumbs />
      {/* Hints open in here: everything on the page belongs to a landmark. */}
      <div id={HINTS_ID} />
      <div className={classes.tools}>
        <NoticeBell />
        <AboutButton />
        <SchemeToggle />
      </div>
    </header>
  )
}

function Crumbs() {
  const { hostId, project } = useParams({ strict: false })
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const host = useHost(hostId ?? '')
  const where = [project, host?.label].filter(Boolean).join(' on ')
  useWindowTitle(where)
  return (
    <nav aria-label="Where you are" className={classes.crumbs}>
      <Link to="/">Hosts</Link>
      {pathname === '/add-host' ? (
        <>
          <IconChevronRight size={13} aria-hidden />
          <Link to="/add-host">Add a host</Link>
        </>
      ) : null}
      {hostId ? (
        <>
          <IconChevronRight size={13} aria-hidden />
          <Link to="/hosts/$hostId" params={{ hostId }}>
            <MiddleTruncate text={host?.label ?? hostId} limit={36} />
          </Link>
        </>
      ) : null}
      {hostId && project ? (
        <>
          <IconChevronRight size={13} aria-hidden />
          <Link to="/hosts/$hostId/stacks/$project" params={{ hostId, project }}>
            <MiddleTruncate text={project} limit={36} />
          </Link>
        </>
      ) : null}
    </nav>
  )
}
