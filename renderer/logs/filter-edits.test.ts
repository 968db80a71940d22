import { describe, expect, it } from 'vitest'
import {
  addCondition,
  EVERYTHING,
  filterOfLink,
  filterParts,
  filterSentence,
  fromLevel,
  linkTo,
  passesLevel,
  textProblem,
  toggleLevel,
  toggleService,
} from './filter-edits.ts'
import { parseLogLink } from './log-link.ts'

describe('levels', () => {
  it('takes one out of all, and all in is the same as none asked for', () => {
    const without = toggleLevel(EVERYTHING, 'debug')
    expect(without.levels).toEqual(['fatal', 'error', 'warn', 'info', 'trace', 'none'])
    expect(passesLevel(without, 'debug')).toBe(false)
    expect(toggleLevel(without, 'debug').levels).toEqual([])
  })

  it('never leaves a filter by which no line could pass', () => {
    expect(toggleLevel({ ...EVERYTHING, levels: ['warn'] }, 'warn').levels).toEqual([])
    expect(toggleService({ ...EVERYTHING, services: ['api'] }, 'api', ['api', 'db']).services).toEqual([])
  })

  it('asks for a level and what is graver', () => {
    expect(fromLevel(EVERYTHING, 'warn').levels).toEqual(['fatal', 'error', 'warn'])
    expect(fromLevel(EVERYTHING, 'none').levels).toEqual([])
  })
})

describe('conditions on fields', () => {
  it('turns a condition round rather than asking for both', () => {
    const only = addCondition(EVERYTHING, { field: 'tenant', value: 'acme', exclude: false })
    const not = addCondition(only, { field: 'tenant', value: 'acme', exclude: true })
    expect(not.fields).toEqual([{ field: 'tenant', value: 'acme', exclude: true }])
    expect(filterSentence(not)).toBe('tenant ≠ acme')
  })

  it('takes each part of a filter out by itself', () => {
    const filter = {
      ...EVERYTHING,
      services: ['api'],
      levels: ['error' as const],
      fields: [{ field: 'tenant', value: 'acme', exclude: false }],
    }
    const parts = filterParts(filter)
    expect(parts.map(({ label }) => label)).toEqual(['service: api', 'level: error', 'tenant = acme'])
    expect(parts.map(({ without }) => without)).toEqual([
      { ...filter, services: [] },
      { ...filter, levels: [] },
      { ...filter, fields: [] },
    ])
    expect(filterParts(EVERYTHING)).toEqual([])
  })
})

describe('a link to a moment', () => {
  const at = '2026-01-01T12:00:00.000000001Z'

  it('shows the same lines again, as far as an address can say it', () => {
    const filter = { ...EVERYTHING, services: ['api', 'db'], levels: ['error' as const, 'none' as const], text: 'x&y' }
    expect(filterOfLink(parseLogLink({ ...linkTo(filter, at) }))).toEqual(filter)
    expect(linkTo(EVERYTHING, at)).toEqual({ at })
  })

  it('takes what people write into an address', () => {
    expect(parseLogLink({ text: 500, level: '', at: null, more: 'x' })).toEqual({ text: '500' })
    expect(filterOfLink({ level: 'error,shouting' }).levels).toEqual(['error'])
  })
})

it('says why a regular expression cannot be used', () => {
  expect(textProblem({ ...EVERYTHING, text: '(', regularExpression: true })).toMatch(/\(/)
  expect(textProblem({ ...EVERYTHING, text: '(', regularExpression: false })).toBeNull()
  expect(textProblem({ ...EVERYTHING, text: 'a+b', regularExpression: true })).toBeNull()
})
