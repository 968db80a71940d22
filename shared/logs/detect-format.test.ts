import { describe, expect, it } from 'vitest'
import type { LogFormat } from '../runbook/schema.ts'
import { detectFormat } from './detect-format.ts'

const PINO = '{"level":30,"time":1795291200123,"pid":1,"hostname":"a","msg":"x"}'
const STRUCTLOG = '2026-11-21 20:00:00 [info     ] event_name     key=value'
const UVICORN = 'INFO:     Application startup complete.'

const SAMPLES: readonly [string, readonly string[], LogFormat | null][] = [
  ['pino', [PINO], 'pino'],
  [
    'pino with labels',
    ['{"level":"info","time":"2026-11-21T20:00:00Z","status":200}', '{"level":"info","time":1,"msg":"a"}'],
    'pino',
  ],
  [
    'bunyan',
    ['{"name":"a","hostname":"h","pid":1,"level":30,"msg":"x","time":"2026-11-21T20:00:00Z","v":0}'],
    'bunyan',
  ],
  ['slog as JSON', ['{"time":"2026-11-21T20:00:00Z","level":"INFO","msg":"x"}'], 'slog'],
  ['zap as JSON', ['{"level":"info","ts":1795291200.1,"msg":"x"}'], 'zap'],
  ['structlog as JSON', ['{"event":"a","level":"info","timestamp":"2026-11-21T20:00:00Z"}'], 'structlog'],
  ['JSON of its own kind', ['{"severity":"INFO","text":"x"}'], 'json'],
  ['JSON of several kinds', [PINO, '{"severity":"INFO","text":"x"}', '{"level":"info","ts":1,"msg":"x"}'], 'json'],
  ['structlog among lines of its server', [STRUCTLOG, UVICORN, STRUCTLOG, STRUCTLOG, UVICORN], 'structlog'],
  ['pino behind a banner', ['', '  > start', '> node main.js', PINO, PINO, '   at x'], 'pino'],
  [
    'PostgreSQL',
    [
      '2026-11-21 20:00:00.123 UTC [1] LOG:  ready',
      'PostgreSQL init process complete; ready for start up.',
      '2026-11-21 20:00:00.123 UTC [1] LOG:  listening',
    ],
    'postgresql',
  ],
  ['Redis', ['1:C 21 Nov 2026 20:00:00.123 * oO0OoO0OoO0Oo', '1:M 21 Nov 2026 20:00:00.123 * Ready'], 'redis'],
  ['nginx', ['1.1.1.1 - - [21/Nov/2026:20:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"'], 'nginx'],
  ['logfmt', ['time=2026-11-21T20:00:00Z level=info msg=a', 'level=warn msg=b'], 'logfmt'],
  ['plain', ['info: a', 'error: b', 'something'], 'plain'],
  [
    'PostgreSQL that was just set up',
    [
      ...Array(6).fill('creating files ... ok'),
      '2026-11-21 20:00:00.123 UTC [1] LOG:  ready',
      '2026-11-21 20:00:00.123 UTC [1] LOG:  ready',
    ],
    'postgresql',
  ],
  ['plain with a line of something else', ['info: a', 'info: b', 'info: c', 'info: d', PINO], 'plain'],
  ['no majority', [PINO, STRUCTLOG, UVICORN, 'plain'], 'plain'],
  ['what begins with a brace only', ['{ not json', '{', '{}'], 'plain'],
  ['nothing', ['', '   '], null],
  ['no lines', [], null],
]

describe('detectFormat', () => {
  it.each(SAMPLES)('knows %s', (_name, lines, format) => {
    expect(detectFormat(lines)).toBe(format)
  })
})
