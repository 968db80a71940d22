import { expect, test } from 'vitest'
import { isMap, isNode, isScalar, LineCounter, parseDocument, stringify } from 'yaml'
import { resolveRunbook } from '../resolve-runbook.ts'
import { decodeRunbook } from '../runbook-folder.ts'
import { malformedRunbooks } from './malformed-runbooks.ts'
import { soundRunbook } from './sound-runbook.ts'

const FILE = 'acme.yaml'
const malformed = malformedRunbooks(20_260_917)

/** As the app reads a file of the user's. */
function read(content: string | Uint8Array) {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  const { document, problems } = decodeRunbook(bytes, FILE, 'user')
  return document === null ? { runbook: null, problems } : resolveRunbook(document, [document])
}

/** Where in the text a value or, where it is missing, what is nearest around it begins: the line of it or its key. */
function linesOf(text: string, path: readonly (string | number)[]): number[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  for (let depth = path.length; depth >= 0; depth--) {
    const around = path.slice(0, depth)
    if (!document.hasIn(around)) continue
    const holder = document.getIn(around.slice(0, -1), true)
    const key = isMap(holder)
      ? holder.items.find((pair) => isScalar(pair.key) && pair.key.value === around.at(-1))?.key
      : null
    const value = document.getIn(around, true)
    return [key, value].flatMap((node) => (isNode(node) && node.range ? [lines.linePos(node.range[0]).line] : []))
  }
  return []
}

test('what is broken below is sound as it is', () => {
  expect(read(stringify(soundRunbook))).toMatchObject({ problems: [], runbook: { id: 'acme' } })
})

test('there are two hundred', () => expect(malformed).toHaveLength(200))

test.each(malformed.map((one) => [one.fault, one] as const))('%s', (_fault, { content, at }) => {
  const { runbook, problems } = read(content)
  expect(runbook).toBeNull()
  const text = typeof content === 'string' ? content : new TextDecoder().decode(content)
  const height = text.split('\n').length
  for (const { file, line, column, message } of problems) {
    expect(file).toBe(FILE)
    expect(message).toMatch(/^.*\w.{0,400}$/)
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(height)
    expect(column).toBeGreaterThanOrEqual(1)
  }
  if (at === null) expect(problems).not.toEqual([])
  else expect(problems.map(({ line }) => line)).toContainEqual(expect.toBeOneOf(linesOf(text, at)))
})
