import { expect, it } from 'vitest'
import { dataWords } from './data-words.ts'

const kept = { deletes: null, outcome: 'succeeded', dataRestored: false, dataRestoreUnfinished: false } as const

it.each([
  ['Kept', kept],
  ['Kept so far', { ...kept, outcome: 'running' }],
  ['Kept so far', { ...kept, outcome: 'interrupted' }],
  ['Being restored', { ...kept, outcome: 'running', dataRestoreUnfinished: true }],
  ['Restore not finished', { ...kept, outcome: 'rollback-failed', dataRestoreUnfinished: true }],
  ['Restore not finished', { ...kept, outcome: 'interrupted', dataRestored: true, dataRestoreUnfinished: true }],
  ['Restored', { ...kept, outcome: 'rolled-back', dataRestored: true }],
  ['–', { ...kept, deletes: 'shop_old' }],
] as const)('%s', (words, operation) => expect(dataWords(operation)).toBe(words))
