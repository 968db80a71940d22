// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how a runbook refers to values
import { expect, test } from 'vitest'
import { fillTemplate, fillTemplates, findReferences, stringsIn } from './template.ts'

test('references are found with their kind and name', () => {
  expect(findReferences('Bearer ${secret:api-key} for ${capture:id}, ${HOME}')).toEqual([
    { kind: 'secret', name: 'api-key', text: '${secret:api-key}' },
    { kind: 'capture', name: 'id', text: '${capture:id}' },
    { kind: '', name: 'HOME', text: '${HOME}' },
  ])
})

test('a value that looks like a reference or a replacement pattern is put in as it is', () => {
  expect(fillTemplate('<${secret:a}>', () => '$& ${secret:a} $1')).toBe('<$& ${secret:a} $1>')
})

test('strings at any depth are filled, and nothing else changes', () => {
  const body = { a: ['${capture:x}', 1, null], b: { c: true, d: 'plain' } }
  expect(fillTemplates(body, ({ name }) => name.toUpperCase())).toEqual({
    a: ['X', 1, null],
    b: { c: true, d: 'plain' },
  })
  expect(stringsIn(body)).toEqual(['${capture:x}', 'plain'])
})
