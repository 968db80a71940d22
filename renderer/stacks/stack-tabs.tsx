import { Link, useRouterState } from '@tanstack/react-router'
import type { StackRef } from '../../shared/contract/stacks.ts'
import classes from './stack-tabs.module.css'

/** The parts of a stack. A further one is a line here and a route. */
const TABS = [
  { label: 'Overview', to: '/hosts/$hostId/stacks/$project', segments: [''] },
  { label: 'Health', to: '/hosts/$hostId/stacks/$project/health', segments: ['health'] },
  { label: 'Upgrade', to: '/hosts/$hostId/stacks/$project/upgrade', segments: ['upgrade', 'run'] },
  { label: 'Logs', to: '/hosts/$hostId/stacks/$project/logs', segments: ['logs'] },
  { label: 'History', to: '/hosts/$hostId/stacks/$project/history', segments: ['history'] },
  { label: 'Backups', to: '/hosts/$hostId/stacks/$project/backups', segments: ['backups'] },
  { label: 'Runbook', to: '/hosts/$hostId/stacks/$project/runbook', segments: ['runbook'] },
] as const

/** Links, not ARIA tabs: each part has its own address. */
export function StackTabs({ stackRef }: { readonly stackRef: StackRef }) {
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  const segment = pathname.split('/')[5] ?? ''
  return (
    <nav className={classes.tabs} aria-label="Parts of the stack">
      {TABS.map(({ label, to, segments }) => (
        <Link
          key={label}
          to={to}
          params={stackRef}
          className={classes.tab}
          data-current={(segments as readonly string[]).includes(segment) || undefined}
          activeProps={{}}
          aria-current={(segments as readonly string[]).includes(segment) ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
