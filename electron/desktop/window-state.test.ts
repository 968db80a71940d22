import { expect, test } from 'vitest'
import { isReachable } from './window-state.ts'

const screen = { x: 0, y: 25, width: 1920, height: 1055 }

test.each([
  ['in the middle', { x: 100, y: 100, width: 800, height: 600 }, true],
  ['partly off to the right, title bar in reach', { x: 1800, y: 100, width: 800, height: 600 }, true],
  ['off to the right', { x: 1900, y: 100, width: 800, height: 600 }, false],
  ['off to the left', { x: -780, y: 100, width: 800, height: 600 }, false],
  ['title bar above the screen', { x: 100, y: -40, width: 800, height: 600 }, false],
  ['below the screen', { x: 100, y: 1060, width: 800, height: 600 }, false],
])('a window %s', (_name, window, expected) => {
  expect(isReachable(window, [screen])).toBe(expected)
})

test('without screens nothing is in reach', () => {
  expect(isReachable({ x: 0, y: 0, width: 800, height: 600 }, [])).toBe(false)
})
