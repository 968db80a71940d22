import { expect, it } from 'vitest'
import { createFormatSample } from './format-sample.ts'

const PINO = '{"level":30,"time":1795291200123,"msg":"x"}'
const LOGFMT = 'time=2026-11-21T20:00:00Z level=info msg=a'

it('knows a format from the first line, and from later ones where the first was a banner', () => {
  const sample = createFormatSample()
  expect(sample.format).toBeNull()
  expect(sample.add('> node main.js')).toBe(true)
  expect(sample.format).toBe('plain')
  const changes = Array.from({ length: 10 }, () => sample.add(PINO))
  expect(changes.filter(Boolean)).toHaveLength(1)
  expect(sample.format).toBe('pino')
})

it('follows a service that comes to write another format, and not a few lines of one', () => {
  const sample = createFormatSample()
  for (let line = 0; line < 1000; line += 1) sample.add(line % 10 === 0 ? LOGFMT : PINO)
  expect(sample.format).toBe('pino')
  for (let line = 0; line < 30_000; line += 1) sample.add(LOGFMT)
  expect(sample.format).toBe('logfmt')
})
