import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from './fixtures.ts'

test('the printed link opens the app, once, and leaves the address bar clean', async ({ app, page, browser }) => {
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  await page.goto(app.link)
  expect(new URL(page.url()).search).toBe('')
  await expect(page.locator('#root')).not.toBeEmpty()
  expect(problems).toEqual([])

  const other = await (await browser.newContext()).newPage()
  const answer = await other.goto(app.link)
  expect(answer?.status()).toBe(401)
  await expect(other.getByText('press Enter for a new link')).toBeVisible()
})

/** A page of another program on this computer: the nearest stranger, to whom the browser even sends the cookie. */
async function startStranger() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>a stranger</p>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

test('a page from elsewhere gets nothing of the app, even in the signed-in browser', async ({
  app,
  appPage,
  context,
}) => {
  await expect(appPage.locator('#root')).not.toBeEmpty()
  const { origin } = new URL(app.link)
  const { server, address } = await startStranger()
  const stranger = await context.newPage()
  await stranger.goto(address)
  const result = await stranger.evaluate(async (target) => {
    const ask = (mode: RequestMode) =>
      fetch(target, { credentials: 'include', mode }).then(
        () => 'answered',
        () => 'blocked',
      )
    const socket = new WebSocket(`${target.replace('http', 'ws')}/rpc`)
    const live = await new Promise((resolve) => {
      socket.onopen = () => resolve('open')
      socket.onerror = () => resolve('refused')
    })
    const frame = document.createElement('iframe')
    frame.src = target
    document.body.append(frame)
    await new Promise((resolve) => {
      frame.onload = resolve
    })
    return { cors: await ask('cors'), plain: await ask('no-cors'), live }
  }, origin)
  expect(result).toEqual({ cors: 'blocked', plain: 'blocked', live: 'refused' })
  const framed = stranger.frames().find((frame) => frame !== stranger.mainFrame())
  expect(await framed?.locator('#root').count()).toBe(0)
  server.close()
})

test('Ctrl-C ends the app in order, with a page open', async ({ app, appPage }) => {
  await expect(appPage.locator('#root')).not.toBeEmpty()
  expect(await app.stop()).toBe(0)
})
