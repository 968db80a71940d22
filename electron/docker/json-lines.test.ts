import { expect, it } from 'vitest'
import { readJsonLines } from './json-lines.ts'

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

it.each([1, 2, 3, 7, 1000])('reads the same values in chunks of %i bytes', async (size) => {
  const bytes = Buffer.from('{"a":"€"}\r\n\n{"b":2}\nnot json\n{"c":3}')
  expect(await Array.fromAsync(readJsonLines(chunksOf(bytes, size)))).toEqual([{ a: '€' }, { b: 2 }, { c: 3 }])
})
