import { describe, expect, it } from 'vitest'
import { Semaphore } from './semaphore.ts'

/** Lets every settled promise run its callbacks. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('a semaphore', () => {
  it('lets in as many as its limit, and the rest in order of coming', async () => {
    const semaphore = new Semaphore(2)
    const entered: number[] = []
    const releases = [1, 2, 3, 4].map(async (number) => {
      const release = await semaphore.acquire()
      entered.push(number)
      return release
    })
    await settle()
    expect(entered).toEqual([1, 2])
    ;(await releases[1])?.()
    await settle()
    expect(entered).toEqual([1, 2, 3])
    ;(await releases[0])?.()
    await settle()
    expect(entered).toEqual([1, 2, 3, 4])
    expect(semaphore.held).toBe(2)
  })

  it('does not count a place given back twice', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire()
    release()
    release()
    expect(semaphore.held).toBe(0)
    const second = await semaphore.acquire()
    release()
    expect(semaphore.held).toBe(1)
    second()
  })

  it('passes over who gave up waiting', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire()
    const controller = new AbortController()
    const givenUp = semaphore.acquire(controller.signal)
    const next = semaphore.acquire()
    controller.abort(new Error('gave up'))
    await expect(givenUp).rejects.toThrow('gave up')
    release()
    ;(await next)()
    expect(semaphore.held).toBe(0)
  })

  it('does not let in who had given up before', async () => {
    const semaphore = new Semaphore(1)
    await expect(semaphore.acquire(AbortSignal.abort(new Error('before')))).rejects.toThrow('before')
    expect(semaphore.held).toBe(0)
  })

  it('keeps the place of who aborts after coming in', async () => {
    const semaphore = new Semaphore(1)
    const controller = new AbortController()
    const release = await semaphore.acquire(controller.signal)
    controller.abort()
    expect(semaphore.held).toBe(1)
    release()
    expect(semaphore.held).toBe(0)
  })

  it('gives a place to one who aborts in the moment of getting it back to the next', async () => {
    const semaphore = new Semaphore(1)
    const first = await semaphore.acquire()
    const controller = new AbortController()
    const waiting = semaphore.acquire(controller.signal)
    first()
    controller.abort()
    const release = await waiting
    release()
    expect(semaphore.held).toBe(0)
  })
})
