import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { LogFormat } from '../runbook/schema.ts'
import { detectFormat } from './detect-format.ts'
import { createEntryGrouper } from './entry-grouper.ts'
import type { LogLevel } from './level.ts'
import { createLineParser } from './line-parser.ts'

type Row = readonly [level: LogLevel | null, message: string, fields?: Record<string, unknown>, extraLines?: number]

/** What PostgreSQL 15, Redis 7, nginx 1.22, structlog 22 and uvicorn 0.17 wrote, and the rows that it is to be. */
const OUTPUTS: readonly (readonly [LogFormat, string, readonly Row[]])[] = [
  [
    'postgresql',
    `2026-11-21 21:01:06.421 UTC [22334] LOG:  database system is ready to accept connections
2026-11-21 21:01:10.410 UTC [23293] ERROR:  duplicate key value violates unique constraint "t_pkey"
2026-11-21 21:01:10.410 UTC [23293] DETAIL:  Key (id)=(1) already exists.
2026-11-21 21:01:10.410 UTC [23293] STATEMENT:  insert into t
	values (1)
2026-11-21 21:01:10.416 UTC [23293] WARNING:  careful
2026-11-21 21:01:10.416 UTC [23293] HINT:  do not
2026-11-21 21:01:10.416 UTC [23293] CONTEXT:  PL/pgSQL function inline_code_block line 1 at RAISE
2026-11-21 21:01:10.419 UTC [22409] LOG:  checkpoint starting: immediate force wait
2026-11-21 21:01:10.865 UTC [23412] FATAL:  role "nobody2" does not exist`,
    [
      ['info', 'database system is ready to accept connections', { pid: 22334 }],
      ['error', 'duplicate key value violates unique constraint "t_pkey"', { pid: 23293 }, 3],
      ['warn', 'careful', {}, 2],
      ['info', 'checkpoint starting: immediate force wait'],
      ['fatal', 'role "nobody2" does not exist'],
    ],
  ],
  [
    'redis',
    `18592:C 21 Nov 2026 21:00:46.710 # Configuration loaded
18592:M 21 Nov 2026 21:00:46.782 * Running mode=standalone, port=16399.
18592:M 21 Nov 2026 21:00:46.783 * Ready to accept connections
18592:signal-handler (1795294850) Received SIGTERM scheduling shutdown...
18592:M 21 Nov 2026 21:00:50.697 # Redis is now ready to exit, bye bye...`,
    [
      ['warn', 'Configuration loaded', { role: 'child' }],
      ['info', 'Running mode=standalone, port=16399.', { role: 'master', pid: 18592 }],
      ['info', 'Ready to accept connections'],
      [null, 'Received SIGTERM scheduling shutdown...'],
      ['warn', 'Redis is now ready to exit, bye bye...'],
    ],
  ],
  [
    'nginx',
    `2026/11/21 21:00:56 [notice] 20141#20141: nginx/1.22.1
2026/11/21 21:00:58 [error] 20162#20162: *2 open() "/srv/none" failed (2: No such file or directory), client: 127.0.0.1, server: , request: "GET /none HTTP/1.1", host: "localhost:18998"
127.0.0.1 - - [21/Nov/2026:21:00:58 +0000] "GET /none HTTP/1.1" 404 153 "-" "a \\x22b\\x22"`,
    [
      ['info', 'nginx/1.22.1'],
      [
        'error',
        'open() "/srv/none" failed (2: No such file or directory), client: 127.0.0.1, server: , request: "GET /none HTTP/1.1", host: "localhost:18998"',
        { connection: '2', client: '127.0.0.1', server: '', request: 'GET /none HTTP/1.1', host: 'localhost:18998' },
      ],
      [null, 'GET /none HTTP/1.1 404', { method: 'GET', path: '/none', status: 404, bytes: 153 }],
    ],
  ],
  [
    'structlog',
    `2026-11-21 21:00:52 [info     ] api_ready                      env=dev message=the API is ready port=8080 ok=False
2026-11-21 21:00:52 [warning  ] redis_unavailable              error=Error 111 connecting to redis:6379. Connection refused.
2026-11-21 21:00:52 [error    ] job_failed                     packet_id=p1
Traceback (most recent call last):
  File "/app/s.py", line 5, in <module>
    try: 1/0
         ~^~
ZeroDivisionError: division by zero
2026-11-21 21:00:52 [error    ] x=y strange                    a=b c d={'k': 1} e=None
INFO:     127.0.0.1:33404 - "GET /health HTTP/1.1" 200 OK
\u001b[2m2026-11-21T21:00:52.240175Z\u001b[0m [\u001b[32m\u001b[1minfo     \u001b[0m] \u001b[1mcoloured                      \u001b[0m \u001b[36mpacket_id\u001b[0m=\u001b[35ma1\u001b[0m \u001b[36mtenant_id\u001b[0m=\u001b[35mt x\u001b[0m
{"packet_id": "a1", "event": "packet_created", "level": "info", "timestamp": "2026-11-21T21:00:52.239983Z"}`,
    [
      ['info', 'api_ready', { env: 'dev', message: 'the API is ready', port: '8080', ok: 'False' }],
      ['warn', 'redis_unavailable', { error: 'Error 111 connecting to redis:6379. Connection refused.' }],
      ['error', 'job_failed', { packet_id: 'p1' }, 5],
      ['error', 'x=y strange', { a: 'b c', d: "{'k': 1}", e: 'None' }],
      ['info', 'GET /health 200', { status: 200 }],
      ['info', 'coloured', { packet_id: 'a1', tenant_id: 't x' }],
      ['info', 'packet_created', { packet_id: 'a1' }],
    ],
  ],
  [
    'uvicorn',
    `INFO:     Started server process [32200]
INFO:     ASGI 'lifespan' protocol appears unsupported.
ERROR:    Exception in ASGI application
Traceback (most recent call last):
  File "/app/app.py", line 3, in app
    if scope['path'] == '/boom': raise ValueError('boom')
                                 ^^^^^^^^^^^^^^^^^^^^^^^^
ValueError: boom
INFO:     127.0.0.1:33410 - "GET /boom HTTP/1.1" 500 Internal Server Error`,
    [
      ['info', 'Started server process [32200]'],
      ['info', "ASGI 'lifespan' protocol appears unsupported."],
      ['error', 'Exception in ASGI application', {}, 5],
      ['info', 'GET /boom 500', { method: 'GET', path: '/boom', status: 500 }],
    ],
  ],
]

function rowsOf(format: LogFormat, lines: readonly string[]): Row[] {
  const parser = createLineParser(format)
  const grouper = createEntryGrouper(parser.readLevel)
  const entries: string[][] = []
  for (const line of lines) {
    if (grouper.continues(line, 0)) entries.at(-1)?.push(line)
    else entries.push([line])
  }
  return entries.map((entry) => {
    const { level, message, fields } = parser.parse(entry.join('\n'))
    return [level, message, { ...fields }, entry.length - 1]
  })
}

describe('what was really written', () => {
  it.each(OUTPUTS)('by %s becomes rows', (format, output, rows) => {
    const lines = output.split('\n')
    const expected = rows.map(([level, message, fields = {}, extra = 0]) => [
      level,
      message,
      expect.objectContaining(fields),
      extra,
    ])
    expect(rowsOf(format, lines)).toEqual(expected)
    expect(detectFormat(lines)).toBe(format)
    // Undetected it reads the same.
    if (format !== 'structlog') expect(rowsOf('auto', lines)).toEqual(expected)
  })

  it('by pino becomes rows, whatever its settings', () => {
    const lines: string[] = []
    const destination = { write: (line: string) => lines.push(line.trimEnd()) }
    const plain = pino({}, destination)
    plain.info({ req: { id: 'r1' } }, 'ready')
    plain.warn({ level: 'mine' }, 'a key of its own')
    plain.error(new TypeError('boom'))
    const labels = pino(
      {
        base: { service: 'gateway' },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        messageKey: 'message',
      },
      destination,
    )
    labels.fatal('over')
    labels.info({ host: 'a.example', status: 200, duration_ms: 3 })
    expect(rowsOf('pino', lines)).toEqual([
      ['info', 'ready', expect.objectContaining({ req: { id: 'r1' } }), 0],
      ['warn', 'a key of its own', expect.anything(), 0],
      ['error', 'boom', expect.objectContaining({ err: expect.objectContaining({ type: 'TypeError' }) }), 0],
      ['fatal', 'over', expect.objectContaining({ service: 'gateway' }), 0],
      ['info', 'a.example 200 in 3 ms', expect.anything(), 0],
    ])
    expect(detectFormat(lines)).toBe('pino')
    const parser = createLineParser('pino')
    for (const line of lines) expect(Math.abs((parser.parse(line).timeMs ?? 0) - Date.now())).toBeLessThan(60_000)
  })
})
