import { expect, test } from 'vitest'
import { findCircle, orderServices } from './order-services.ts'

function services(written: string) {
  return written.split(' ').map((one) => {
    const [name = '', after] = one.split('<')
    return { name, after: after?.split(',') ?? [] }
  })
}

test.each([
  ['as they are listed', 'a b c', 'a b c'],
  ['behind what they come after', 'a<c b c', 'c a b'],
  ['behind all of them, each with its own', 'a<b,d b<c c d', 'c b d a'],
  ['once only', 'a<c b<c c', 'c a b'],
  ['without names that nobody has', 'a<x b', 'a b'],
  ['even where they go in a circle', 'a<b b<a c', 'b a c'],
])('services are taken %s', (_title, written, expected) => {
  expect(orderServices(services(written)).map(({ name }) => name)).toEqual(expected.split(' '))
})

test.each([
  ['a b<a c<a,b', null],
  ['a<a', 'a a'],
  ['a<b b<c c<b', 'b c b'],
  ['a b c<d d<e e<c', 'c d e c'],
])('the circle in %s', (written, expected) => {
  expect(findCircle(services(written))?.join(' ') ?? null).toBe(expected)
})
