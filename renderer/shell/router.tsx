import { createHashHistory, createRootRoute, createRoute, createRouter } from '@tanstack/react-router'
import { BackupPage } from '../backups/backup-page.tsx'
import { BackupsPage } from '../backups/backups-page.tsx'
import { parseHealthLink } from '../health/health-link.ts'
import { HealthPage } from '../health/health-page.tsx'
import { IncidentPage } from '../health/incident-page.tsx'
import { HistoryPage } from '../history/history-page.tsx'
import { OperationPage } from '../history/operation-page.tsx'
import { RollbackPage } from '../history/rollback-page.tsx'
import { AddHostPage } from '../hosts/add-host-page.tsx'
import { HostPage } from '../hosts/host-page.tsx'
import { HostsPage } from '../hosts/hosts-page.tsx'
import { parseLogLink } from '../logs/log-link.ts'
import { LogsPage } from '../logs/logs-page.tsx'
import { RunbookPage } from '../runbook/runbook-page.tsx'
import { OverviewPage } from '../stacks/overview-page.tsx'
import { StackLayout } from '../stacks/stack-layout.tsx'
import { RunPage } from '../upgrade/run-page.tsx'
import { UpgradePage } from '../upgrade/upgrade-page.tsx'
import { NotFound, PageFailed } from './page-failed.tsx'
import { Shell } from './shell.tsx'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const hostsRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: HostsPage })
const addHostRoute = createRoute({ getParentRoute: () => rootRoute, path: '/add-host', component: AddHostPage })
const hostRoute = createRoute({ getParentRoute: () => rootRoute, path: '/hosts/$hostId', component: HostPage })

const stackRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/hosts/$hostId/stacks/$project',
  component: StackLayout,
})
const overviewRoute = createRoute({ getParentRoute: () => stackRoute, path: '/', component: OverviewPage })
const upgradeRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: '/upgrade',
  component: UpgradePage,
  validateSearch: (search: Record<string, unknown>): { version?: string } =>
    typeof search.version === 'string' ? { version: search.version } : {},
})
const runRoute = createRoute({ getParentRoute: () => stackRoute, path: '/run/$operationId', component: RunPage })
const healthRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: '/health',
  component: HealthPage,
  validateSearch: parseHealthLink,
})
const incidentRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: '/health/incidents/$incidentId',
  component: IncidentPage,
})
const logsRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: '/logs',
  component: LogsPage,
  validateSearch: parseLogLink,
})
const historyRoute = createRoute({ getParentRoute: () => stackRoute, path: '/history', component: HistoryPage })
const operationRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: '/history/$operationId',
  component: OperationPage,
})
const rollbackRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: '/history/$operationId/roll-back',
  component: RollbackPage,
})
const runbookRoute = createRoute({ getParentRoute: () => stackRoute, path: '/runbook', component: RunbookPage })

const backupsRoute = createRoute({ getParentRoute: () => stackRoute, path: '/backups', component: BackupsPage })
const backupRoute = createRoute({
  getParentRoute: () => stackRoute,
  path: '/backups/$backupId',
  component: BackupPage,
})

const routeTree = rootRoute.addChildren([
  hostsRoute,
  addHostRoute,
  hostRoute,
  stackRoute.addChildren([
    overviewRoute,
    healthRoute,
    incidentRoute,
    upgradeRoute,
    runRoute,
    logsRoute,
    historyRoute,
    operationRoute,
    rollbackRoute,
    backupsRoute,
    backupRoute,
    runbookRoute,
  ]),
])

/** Every screen by its address. Addresses live behind `#`, so that both runtimes serve one file. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  defaultErrorComponent: PageFailed,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
