import { expect, test } from 'vitest'
import { markWords } from './mark-words.ts'

test.each([
  [1, 0, '1 mark in this range', null],
  [40, 0, '40 marks in this range', null],
  [41, 0, '41 marks in this range', 'Not shown: 1 earlier mark.'],
  [100, 400, 'At least 500 marks in this range', 'Not shown: at least 460 earlier marks.'],
])('%i marks, and %i that are left out', (told, leftOut, all, unlisted) => {
  expect(markWords(told, leftOut, 40)).toEqual({ all, unlisted })
})
