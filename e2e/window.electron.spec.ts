import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test } from '@playwright/test'
import { findElectron } from '../scripts/electron-binary.ts'

const electron = findElectron()
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

test.skip(
  electron === null,
  'Electron’s binary is not in node_modules: npm start downloads it where the network allows.',
)
test.skip(!hasDisplay, 'There is no display to open a window on.')

test('the window shows the app, without Node in its page', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'electron-data-'))
  const app = await _electron.launch({
    executablePath: electron ?? '',
    args: ['.', `--user-data-dir=${dataFolder}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    cwd: join(import.meta.dirname, '..'),
  })
  try {
    const window = await app.firstWindow()
    await expect(window).toHaveURL(/^app:\/\/page\//)
    await expect(window.locator('#root')).not.toBeEmpty()
    expect(await window.evaluate(() => [typeof globalThis.process, typeof globalThis.require])).toEqual([
      'undefined',
      'undefined',
    ])
  } finally {
    await app.close()
    rmSync(dataFolder, { recursive: true, force: true })
  }
})
