import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Notice, Observed } from '../../shared/contract/monitor.ts'
import { type DesktopOptions, startDesktop } from './desktop.ts'
import { createElectronDouble } from './electron-double.ts'

const pageFolder = mkdtempSync(join(tmpdir(), 'page-'))
writeFileSync(join(pageFolder, 'index.html'), 'the page')
afterAll(() => rmSync(pageFolder, { recursive: true }))

/** The states of stacks as a test sets them. */
class WatchDouble {
  worst: Observed = 'healthy'
  troubles = 0
  lostHosts = 0
  tell: (notice: Notice) => void = () => {}
  #listener = () => {}

  subscribe(listener: () => void) {
    this.#listener = listener
    return () => {}
  }

  become(worst: Observed, troubles: number, lostHosts = 0) {
    this.worst = worst
    this.troubles = troubles
    this.lostHosts = lostHosts
    this.#listener()
  }
}

const assetsFolder = join(import.meta.dirname, '..', '..', 'assets')

async function start(double = createElectronDouble()) {
  const calls: string[] = []
  const stored = new Map<string, unknown>()
  const watch = new WatchDouble()
  const options: DesktopOptions = {
    preloadPath: '/preload.cjs',
    pageFolder,
    assetsFolder,
    developmentServer: undefined,
    platform: 'linux',
    createApp: async () => ({
      settings: {
        get: (key, schema) => schema.safeParse(stored.get(key)).data ?? null,
        set: (k, v) => stored.set(k, v),
      },
      onPort: () => calls.push('port'),
      watch,
      notices: {
        subscribe: (listener) => {
          watch.tell = listener
          return () => {}
        },
      },
      wake: () => calls.push('wake'),
      dispose: async () => void calls.push('dispose'),
    }),
  }
  await startDesktop(double.api, options)
  return { ...double, appCalls: calls, stored, watch, window: double.windows[0], tray: double.trays[0] }
}

type Started = Awaited<ReturnType<typeof start>>

function navigate({ window }: Started, event: string, url: string): boolean {
  let prevented = false
  window?.webContents.emit(event, { url, preventDefault: () => (prevented = true) })
  return !prevented
}

test('the window is isolated, sandboxed and without Node', async () => {
  const { window } = await start()
  expect(window?.options.webPreferences).toMatchObject({
    preload: '/preload.cjs',
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    devTools: false,
  })
  expect(window?.calls).toContain('load app://page/')
})

test.each(['https://evil.example/', 'file:///etc/passwd', 'http://127.0.0.1:80/', 'app://other/', 'data:text/html,x'])(
  'navigation to %s is denied',
  async (url) => {
    const started = await start()
    for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      expect([event, navigate(started, event, url)]).toEqual([event, false])
    }
    expect(started.opened).toEqual([])
  },
)

test('the page may move within itself', async () => {
  expect(navigate(await start(), 'will-navigate', 'app://page/hosts/a')).toBe(true)
})

test('a webview is never attached', async () => {
  const { window } = await start()
  let prevented = false
  window?.webContents.emit('will-attach-webview', { preventDefault: () => (prevented = true) })
  expect(prevented).toBe(true)
})

test.each([
  ['https://github.com/a/b/releases', true],
  ['http://github.com/', false],
  ['https://user:pass@github.com/', false],
  ['https://localhost/', false],
  ['file:///bin/sh', false],
  ['javascript:alert(1)', false],
  ['smb://share/file', false],
  ['not an address', false],
])('a new window for %s is denied; opened in the browser instead: %s', async (url, opens) => {
  const { window, opened } = await start()
  const details = { url } as Parameters<NonNullable<NonNullable<typeof window>['webContents']['openHandler']>>[0]
  expect(window?.webContents.openHandler?.(details)).toEqual({ action: 'deny' })
  expect(opened).toEqual(opens ? [url] : [])
})

test('permissions are denied, but for writing text to the clipboard', async () => {
  const { permissions } = await start()
  const ask = (permission: string) => {
    let granted: boolean | null = null
    const answer = (value: boolean) => {
      granted = value
    }
    permissions.request?.(null as never, permission as never, answer, null as never)
    return granted
  }
  expect(['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read'].map(ask)).toEqual(
    Array(5).fill(false),
  )
  expect(ask('clipboard-sanitized-write')).toBe(true)
  expect(permissions.check?.(null, 'media' as never, '', null as never)).toBe(false)
  expect(permissions.device?.(null as never)).toBe(false)
})

test('each load of the page gets a port of its own, in its main frame', async () => {
  const { window, appCalls } = await start()
  window?.webContents.emit('did-finish-load')
  window?.webContents.emit('did-finish-load')
  expect(window?.webContents.posted.map(({ channel, ports }) => [channel, ports.length])).toEqual([
    ['port', 1],
    ['port', 1],
  ])
  expect(appCalls).toEqual(['port', 'port'])
})

test('a page that is not ours gets no port', async () => {
  const { window, appCalls } = await start()
  if (window) window.webContents.url = 'https://evil.example/'
  window?.webContents.emit('did-finish-load')
  expect(window?.webContents.posted).toEqual([])
  expect(appCalls).toEqual([])
})

test('the page is served with the strict policy, and nothing outside its folder is', async () => {
  const { pages } = await start()
  const page = await pages.handle?.(new Request('app://page/hosts'))
  expect(await page?.text()).toBe('the page')
  const policy = page?.headers.get('Content-Security-Policy') ?? ''
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("connect-src 'self';")
  expect((await pages.handle?.(new Request('app://page/%2e%2e/secret.json')))?.status).toBe(404)
  expect((await pages.handle?.(new Request('app://other/')))?.status).toBe(404)
})

test('a second instance only brings the first one forward', async () => {
  const second = createElectronDouble({ isFirst: false })
  await start(second)
  expect(second.windows).toEqual([])
  expect(second.calls).toEqual(['quit'])

  const first = await start()
  first.app.emit('second-instance')
  expect(first.windows).toHaveLength(1)
  expect(first.window?.calls).toContain('focus')
})

test('after sleep the app looks at its connections', async () => {
  const { powerMonitor, appCalls } = await start()
  powerMonitor.emit('resume')
  expect(appCalls).toEqual(['wake'])
})

test('quitting waits for the app to leave its hosts, once', async () => {
  const { app, calls, appCalls } = await start()
  let prevented = 0
  const event = { preventDefault: () => (prevented += 1) }
  app.emit('before-quit', event)
  app.emit('before-quit', event)
  await expect.poll(() => calls).toContain('exit')
  expect(prevented).toBe(2)
  expect(appCalls).toEqual(['dispose'])
})

test.each(['closed by its frame', 'open when the app is quit'])('the place of a window is kept: %s', async (how) => {
  const { window, stored, app } = await start()
  if (how === 'closed by its frame') window?.emit('close')
  else app.emit('before-quit', { preventDefault: () => {} })
  expect(stored.get('window')).toEqual({ x: 10, y: 20, width: 1000, height: 700, maximized: false })
})

test('the tray, the badge and the window show the worst state', async () => {
  const { watch, tray, calls, window } = await start()
  expect([tray?.image, tray?.toolTip]).toEqual(['healthy.png', 'Slipway: all watched stacks are healthy'])
  watch.become('down', 2)
  expect([tray?.image, tray?.toolTip]).toEqual(['down.png', 'Slipway: 2 stacks are down or degraded'])
  expect(calls.at(-1)).toBe('badge 2')
  expect(window?.calls.at(-1)).toBe('overlay down.png: Slipway: 2 stacks are down or degraded')
  watch.become('healthy', 0)
  expect(tray?.image).toBe('healthy.png')
  expect(calls.at(-1)).toBe('badge 0')
  expect(window?.calls.at(-1)).toBe('overlay none: Slipway: all watched stacks are healthy')
})

test('a host that is out of reach is said by the tray and counted by the badge', async () => {
  const { watch, tray, calls } = await start()
  watch.become('unknown', 0, 1)
  expect([tray?.image, tray?.toolTip]).toEqual(['unknown.png', 'Slipway: 1 host cannot be reached'])
  expect(calls.at(-1)).toBe('badge 1')
  watch.become('degraded', 1, 2)
  expect(tray?.toolTip).toBe('Slipway: a stack is degraded, 2 hosts cannot be reached')
  expect(calls.at(-1)).toBe('badge 3')
})

test.each<Observed>(['healthy', 'degraded', 'down', 'unknown', 'maintenance', 'unobserved'])(
  'there is a picture for %s, also for sharp screens',
  async (state) => {
    const { watch, tray } = await start()
    watch.become(state, 0)
    const file = join(assetsFolder, 'tray', String(tray?.image))
    expect([file, existsSync(file), existsSync(file.replace('.png', '@2x.png'))]).toEqual([file, true, true])
  },
)

test('a notice is told natively, and a click on it leads to its incident', async () => {
  const { watch, notifications, window } = await start()
  const ref = { hostId: 'h', project: 'shop' }
  watch.tell({ id: 'n', at: '', kind: 'down', ref, title: 'shop is down', body: 'web: It ended.', incidentId: 'i' })
  expect(notifications.map(({ options, isShown }) => [options, isShown])).toEqual([
    [{ title: 'shop is down', body: 'web: It ended.' }, true],
  ])
  notifications[0]?.emit('click')
  expect(window?.calls.slice(-2)).toEqual(['load app://page/#/hosts/h/stacks/shop/health/incidents/i', 'focus'])
})

test.each([
  [{ hostId: 'h', project: null }, 'app://page/#/hosts/h'],
  [{ hostId: null, project: null }, 'app://page/#/'],
])('a click on a notice about %j leads there', async (ref, address) => {
  const { watch, notifications, window } = await start()
  watch.tell({ id: 'n', at: '', kind: 'host-lost', ref, title: '', body: '', incidentId: null })
  notifications[0]?.emit('click')
  expect(window?.calls.slice(-2)).toEqual([`load ${address}`, 'focus'])
})

test('a click on a notice opens the window where it was closed', async () => {
  const { watch, notifications, windows } = await start()
  windows[0]?.emit('closed')
  const ref = { hostId: 'h', project: 'shop' }
  const line = { time: '2026-11-28T03:00:00Z', service: 'web' }
  watch.tell({ id: 'n', at: '', kind: 'watch-rule', ref, title: 'errors', body: '', incidentId: null, line })
  notifications[0]?.emit('click')
  expect(windows.map(({ calls }) => calls[0])).toEqual([
    'load app://page/',
    'load app://page/#/hosts/h/stacks/shop/logs?at=2026-11-28T03%3A00%3A00Z&service=web',
  ])
})

test('without a window the app goes on watching, unless a person says otherwise', async () => {
  const { app, calls, windows, tray } = await start()
  windows[0]?.emit('closed')
  app.emit('window-all-closed')
  expect(calls).not.toContain('quit')
  tray?.emit('click')
  expect(windows).toHaveLength(2)

  const keep = tray?.menu.find(({ type }) => type === 'checkbox')
  expect(keep?.checked).toBe(true)
  keep?.click?.({ checked: false } as never, undefined, {} as never)
  app.emit('window-all-closed')
  expect(calls).toContain('quit')
})

test('Quit in the tray ends the app, and its icon goes with it', async () => {
  const { app, calls, tray } = await start()
  const quit = tray?.menu.find(({ label }) => label === 'Quit')
  quit?.click?.({} as never, undefined, {} as never)
  expect(calls).toContain('quit')
  app.emit('before-quit', { preventDefault: () => {} })
  expect(tray?.isDestroyed).toBe(true)
})
