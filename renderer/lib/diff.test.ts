import { expect, it } from 'vitest'
import { parseDiff } from './diff.ts'

it('numbers the lines of both files and leaves the file headers out', () => {
  const diff = ['--- a/x.yml', '+++ b/x.yml', '@@ -9,3 +9,3 @@ services:', ' one', '-two', '+zwei', ' three', ''].join(
    '\n',
  )
  expect(parseDiff(diff)).toEqual([
    { kind: 'hunk', text: '@@ -9,3 +9,3 @@ services:', oldNumber: null, newNumber: null },
    { kind: 'same', text: 'one', oldNumber: 9, newNumber: 9 },
    { kind: 'removed', text: 'two', oldNumber: 10, newNumber: null },
    { kind: 'added', text: 'zwei', oldNumber: null, newNumber: 10 },
    { kind: 'same', text: 'three', oldNumber: 11, newNumber: 11 },
  ])
})

it('takes a removed line that begins with dashes for a line, not for a header', () => {
  expect(parseDiff('@@ -1,1 +1,1 @@\n--- old\n+++ new').map(({ kind, text }) => [kind, text])).toEqual([
    ['hunk', '@@ -1,1 +1,1 @@'],
    ['removed', '-- old'],
    ['added', '++ new'],
  ])
})

it('starts the numbers anew at each hunk', () => {
  const lines = parseDiff('@@ -1 +1 @@\n-a\n+b\n@@ -40,2 +40,2 @@\n same\n')
  expect(lines.at(-1)).toEqual({ kind: 'same', text: 'same', oldNumber: 40, newNumber: 40 })
})

it('finds nothing in an empty diff', () => {
  expect(parseDiff('')).toEqual([])
})
