import { expect, it } from 'vitest'
import { parseDf } from './disk-space.ts'

const HEAD = 'Filesystem     1024-blocks     Used Available Capacity Mounted on\n'

it.each([
  ['a disk', `${HEAD}/dev/sda1 1000 300 650 32% /\n`, { totalBytes: 1_024_000, freeBytes: 665_600 }],
  [
    'a name with spaces',
    `${HEAD}//server/a b 1000 300 650 32% /mnt/a b\n`,
    { totalBytes: 1_024_000, freeBytes: 665_600 },
  ],
  ['a disk fuller than full', `${HEAD}/dev/sda1 1000 1050 -50 105% /\n`, { totalBytes: 1_024_000, freeBytes: 0 }],
  ['nothing', '', null],
  ['an error', 'df: /x: No such file or directory\n', null],
])('reads %s', (_name, output, expected) => {
  expect(parseDf(output)).toEqual(expected)
})
