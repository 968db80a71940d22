import { join } from 'node:path'
import type { MenuItemConstructorOptions } from 'electron'
import type { Observed } from '../../shared/contract/monitor.ts'
import { count } from '../../shared/count.ts'
import type { SettingsStore } from '../storage/settings.ts'
import type { DesktopTray, DesktopWindow, ElectronApi } from './electron-api.ts'
import { keepsRunning, setKeepsRunning } from './keep-running.ts'

/** How all stacks are, as far as the tray tells it. */
export interface Watch {
  readonly worst: Observed
  /** How many are down or degraded. */
  readonly troubles: number
  /** How many hosts are out of reach: nobody knows how their stacks are. */
  readonly lostHosts: number
  subscribe(listener: () => void): () => void
}

export interface TrayOptions {
  readonly assetsFolder: string
  readonly settings: SettingsStore
  readonly watch: Watch
  readonly window: () => DesktopWindow | null
  readonly show: () => void
}

/** A state without a picture of its own: nobody looks, so nobody knows. */
const PICTURES: Readonly<Record<Observed, string>> = {
  healthy: 'healthy',
  degraded: 'degraded',
  down: 'down',
  unknown: 'unknown',
  maintenance: 'maintenance',
  unobserved: 'unknown',
}

const WORDS: Readonly<Record<Observed, string>> = {
  healthy: 'all watched stacks are healthy',
  degraded: 'degraded',
  down: 'down',
  unknown: 'not all stacks can be seen',
  maintenance: 'an operation is under way',
  unobserved: 'nothing is watched',
}

/** What the tray says when the mouse rests on it. */
export function describeWatch({ worst, troubles, lostHosts }: Omit<Watch, 'subscribe'>): string {
  const lost = lostHosts === 0 ? '' : `${count(lostHosts, 'host')} cannot be reached`
  const stacks = describeStacks(worst, troubles)
  // That not all can be seen is said better by the host that is lost.
  if (lost !== '' && (worst === 'unknown' || worst === 'unobserved')) return `Slipway: ${lost}`
  return `Slipway: ${lost === '' ? stacks : `${stacks}, ${lost}`}`
}

function describeStacks(worst: Observed, troubles: number): string {
  if (worst !== 'down' && worst !== 'degraded') return WORDS[worst]
  if (troubles === 1) return `a stack is ${WORDS[worst]}`
  return `${troubles} stacks are ${worst === 'down' ? 'down or degraded' : WORDS[worst]}`
}

/** An icon that shows the worst state of all stacks, also while the window is closed; on the window's own icon too. */
export function openTray(api: ElectronApi, options: TrayOptions): () => void {
  const { watch } = options
  const picture = (state: Observed) => api.loadImage(join(options.assetsFolder, 'tray', `${PICTURES[state]}.png`))
  let shown = watch.worst
  const tray = api.createTray(picture(shown))
  const update = () => {
    if (watch.worst !== shown) tray.setImage(picture(watch.worst))
    shown = watch.worst
    const words = describeWatch(watch)
    tray.setToolTip(words)
    const troubles = watch.troubles + watch.lostHosts
    api.app.setBadgeCount(troubles)
    options.window()?.setOverlayIcon(troubles === 0 ? null : picture(shown), words)
  }
  tray.on('click', options.show)
  setMenu(api, tray, options)
  update()
  const stop = watch.subscribe(update)
  return () => {
    stop()
    tray.destroy()
  }
}

function setMenu({ app, buildMenu }: ElectronApi, tray: DesktopTray, { settings, show }: TrayOptions): void {
  const items: MenuItemConstructorOptions[] = [
    { label: 'Open', click: show },
    {
      label: 'Keep watching when the window is closed',
      type: 'checkbox',
      checked: keepsRunning(settings),
      click: ({ checked }) => setKeepsRunning(settings, checked),
    },
    { type: 'separator' },
    { label: 'Quit', click: () => app.quit() },
  ]
  tray.setContextMenu(buildMenu(items))
}
