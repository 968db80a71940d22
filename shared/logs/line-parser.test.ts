import { describe, expect, it } from 'vitest'
import type { LogFormat } from '../runbook/schema.ts'
import type { LogLevel } from './level.ts'
import { createLineParser } from './line-parser.ts'

/** As the loggers themselves write them: format, line, level, message, time and some fields. */
const LINES: readonly [LogFormat, string, LogLevel | null, string, string | null, Record<string, unknown>][] = [
  [
    'pino',
    '{"level":30,"time":1795291200123,"pid":1,"hostname":"a1","port":3000,"startupMs":2310,"msg":"Server ready"}',
    'info',
    'Server ready',
    '2026-11-21T20:00:00.123Z',
    { port: 3000 },
  ],
  [
    'pino',
    '{"level":50,"time":1795291200123,"requestId":"req_1","error":"boom","stack":"Error: boom\\n    at x","msg":"Unhandled error"}',
    'error',
    'Unhandled error',
    '2026-11-21T20:00:00.123Z',
    { requestId: 'req_1' },
  ],
  [
    'pino',
    '{"level":"info","time":"2026-11-21T20:00:00.123Z","service":"gateway","host":"a.example","status":200,"duration_ms":12,"cache":"hit"}',
    'info',
    'a.example 200 in 12 ms',
    '2026-11-21T20:00:00.123Z',
    { cache: 'hit' },
  ],
  [
    'pino',
    '{"level":60,"time":1795291200123,"err":{"type":"Error","message":"no disk","stack":"Error: no disk\\n    at y"}}',
    'fatal',
    'no disk',
    '2026-11-21T20:00:00.123Z',
    {},
  ],
  [
    'bunyan',
    '{"name":"app","hostname":"a1","pid":1,"level":40,"msg":"slow","time":"2026-11-21T20:00:00.123Z","v":0}',
    'warn',
    'slow',
    '2026-11-21T20:00:00.123Z',
    { name: 'app' },
  ],
  [
    'structlog',
    '{"event": "packet_created", "packet_id": "a1", "message": "kept", "timestamp": "2026-11-21T20:00:00Z", "level": "info"}',
    'info',
    'packet_created',
    '2026-11-21T20:00:00.000Z',
    { packet_id: 'a1', message: 'kept' },
  ],
  [
    'structlog',
    "2026-11-21 20:00:00 [info     ] api_ready                      env=dev message='the API is ready' port=8080 ok=False",
    'info',
    'api_ready',
    '2026-11-21T20:00:00.000Z',
    { env: 'dev', message: 'the API is ready', port: '8080', ok: 'False' },
  ],
  [
    'structlog',
    '\u001b[2m2026-11-21 20:00:00\u001b[0m [\u001b[31m\u001b[1merror    \u001b[0m] \u001b[1mcache_gone\u001b[0m \u001b[36merror\u001b[0m=\u001b[35m"no route"\u001b[0m',
    'error',
    'cache_gone',
    '2026-11-21T20:00:00.000Z',
    { error: 'no route' },
  ],
  ['structlog', 'INFO:     Application startup complete.', 'info', 'Application startup complete.', null, {}],
  [
    'slog',
    '{"time":"2026-11-21T20:00:00.123456789Z","level":"ERROR+2","msg":"lost","path":"/a"}',
    'error',
    'lost',
    '2026-11-21T20:00:00.123Z',
    { path: '/a' },
  ],
  [
    'slog',
    'time=2026-11-21T20:00:00.123Z level=WARN msg="the disk is \\"full\\"" free=12',
    'warn',
    'the disk is "full"',
    '2026-11-21T20:00:00.123Z',
    { free: '12' },
  ],
  [
    'slog',
    '2026/11/21 20:00:00 INFO listening on port=80',
    'info',
    'listening on',
    '2026-11-21T20:00:00.000Z',
    { port: '80' },
  ],
  [
    'zap',
    '{"level":"info","ts":1795291200.1234567,"logger":"http.log.access","msg":"handled request","request":{"method":"GET","uri":"/"},"status":200}',
    'info',
    'handled request',
    '2026-11-21T20:00:00.123Z',
    { status: 200 },
  ],
  [
    'zap',
    '2026-11-21T20:00:00.123Z\tERROR\thttp\tserver.go:12\tno route\t{"host": "a"}',
    'error',
    'no route',
    '2026-11-21T20:00:00.123Z',
    { logger: 'http', caller: 'server.go:12', host: 'a' },
  ],
  [
    'zap',
    '2026/11/21 20:00:00.123\tWARN\ttls\tcertificate is old\t{"days": 3}',
    'warn',
    'certificate is old',
    '2026-11-21T20:00:00.123Z',
    { logger: 'tls', days: 3 },
  ],
  [
    'logfmt',
    'ts=2026-11-21T20:00:00Z lvl=eror msg="failed to connect" err="EOF" retry=3',
    'error',
    'failed to connect',
    '2026-11-21T20:00:00.000Z',
    { err: 'EOF', retry: '3' },
  ],
  ['logfmt', 'method=GET path=/a status=500 duration_ms=7', null, 'GET /a 500 in 7 ms', null, { status: '500' }],
  [
    'python',
    '2026-11-21 20:00:00,123 - app.jobs - WARNING - late by 3 s',
    'warn',
    'late by 3 s',
    '2026-11-21T20:00:00.123Z',
    { name: 'app.jobs' },
  ],
  [
    'python',
    '2026-11-21 20:00:00,123 ERROR [app.jobs] failed',
    'error',
    'failed',
    '2026-11-21T20:00:00.123Z',
    { name: 'app.jobs' },
  ],
  [
    'python',
    'INFO  [alembic.runtime.migration] Context impl PostgresqlImpl.',
    'info',
    'Context impl PostgresqlImpl.',
    null,
    { name: 'alembic.runtime.migration' },
  ],
  ['python', 'CRITICAL:root:out of memory', 'fatal', 'out of memory', null, { name: 'root' }],
  [
    'python',
    '{"levelno": 1, "level": 30, "message": "as numbered by Python"}',
    'warn',
    'as numbered by Python',
    null,
    {},
  ],
  [
    'uvicorn',
    'INFO:     172.18.0.1:41234 - "GET /health?x=1 HTTP/1.1" 503 Service Unavailable',
    'info',
    'GET /health?x=1 503',
    null,
    { method: 'GET', status: 503, client: '172.18.0.1:41234' },
  ],
  [
    'nginx',
    '172.18.0.1 - ann [21/Nov/2026:20:00:00 +0000] "GET /a HTTP/1.1" 502 157 "-" "curl/8.5.0"',
    null,
    'GET /a HTTP/1.1 502',
    '2026-11-21T20:00:00.000Z',
    { status: 502, user: 'ann', agent: 'curl/8.5.0', bytes: 157 },
  ],
  [
    'nginx',
    '2026/11/21 20:00:00 [crit] 29#29: *7 connect() failed, client: 172.18.0.1, server: _, request: "GET / HTTP/1.1", host: "a"',
    'fatal',
    'connect() failed, client: 172.18.0.1, server: _, request: "GET / HTTP/1.1", host: "a"',
    '2026-11-21T20:00:00.000Z',
    { request: 'GET / HTTP/1.1', host: 'a', connection: '7' },
  ],
  [
    'postgresql',
    '2026-11-21 20:00:00.123 UTC [1] LOG:  database system is ready to accept connections',
    'info',
    'database system is ready to accept connections',
    '2026-11-21T20:00:00.123Z',
    { pid: 1, severity: 'LOG' },
  ],
  [
    'postgresql',
    '2026-11-21 20:00:00.123 UTC [77] app@ledger FATAL:  password authentication failed for user "app"',
    'fatal',
    'password authentication failed for user "app"',
    '2026-11-21T20:00:00.123Z',
    { user: 'app', database: 'ledger' },
  ],
  [
    'redis',
    '1:M 21 Nov 2026 20:00:00.123 # WARNING Memory overcommit must be enabled!',
    'warn',
    'WARNING Memory overcommit must be enabled!',
    '2026-11-21T20:00:00.123Z',
    { role: 'master' },
  ],
  ['redis', '1:C 21 Nov 2026 20:00:00.123 * oO0OoO0OoO0Oo', 'info', 'oO0OoO0OoO0Oo', '2026-11-21T20:00:00.123Z', {}],
  [
    'redis',
    '1:signal-handler (1795291200) Received SIGTERM scheduling shutdown...',
    null,
    'Received SIGTERM scheduling shutdown...',
    '2026-11-21T20:00:00.000Z',
    {},
  ],
]

/** Plain lines, and the level that their form tells. The format is `auto`: none is stated. */
const PLAIN: readonly [string, LogLevel | null, string][] = [
  [
    'info: current schema version: 3, 4 migrations available',
    'info',
    'current schema version: 3, 4 migrations available',
  ],
  ['warning: no mail server is set', 'warn', 'no mail server is set'],
  ['error: cannot open the database', 'error', 'cannot open the database'],
  ['[gate] backup-scheduler: pipeline complete (3 due)', null, '[gate] backup-scheduler: pipeline complete (3 due)'],
  ['0 errors, 3 warnings found', null, '0 errors, 3 warnings found'],
  ['information for the operator', null, 'information for the operator'],
  ['2026-11-21T20:00:00Z INF Starting provider version=3', 'info', 'Starting provider version=3'],
  ['[2026-11-21 20:00:00] [WARN] slow', 'warn', 'slow'],
  ['2026-11-21 20:00:00.123 UTC [1] WARNING client is slow', 'warn', 'client is slow'],
  ['2026-11-21 20:00:00.123 UTC [1] LOG process up: PgBouncer 1.25', 'info', 'process up: PgBouncer 1.25'],
  ['2026-11-21T20:00:00.123Z 0 [Note] [MY-010051] ready', 'info', '0 [Note] [MY-010051] ready'],
  ['2026-11-21T20:00:00.123Z  INFO 1 --- [main] app : Started', 'info', '1 --- [main] app : Started'],
  ['fail: Microsoft.Hosting.Lifetime[14]', 'error', 'Microsoft.Hosting.Lifetime[14]'],
  ['initdb: warning: enabling "trust" authentication', 'warn', 'initdb: warning: enabling "trust" authentication'],
  ['a note: nothing failed', null, 'a note: nothing failed'],
  ['TypeError: Cannot read properties of undefined', 'error', 'TypeError: Cannot read properties of undefined'],
  ['[cli v1 backups POST] Error: no space', 'error', '[cli v1 backups POST] Error: no space'],
  ['Traceback (most recent call last):', 'error', 'Traceback (most recent call last):'],
  ['panic: runtime error: index out of range', 'fatal', 'runtime error: index out of range'],
  ['fatal error: all goroutines are asleep - deadlock!', 'fatal', 'fatal error: all goroutines are asleep - deadlock!'],
  [
    'Exception in thread "main" java.lang.IllegalStateException: x',
    'error',
    'Exception in thread "main" java.lang.IllegalStateException: x',
  ],
  ['a=b is how it begins', null, 'a=b is how it begins'],
  ['', null, ''],
]

const isoOf = (timeMs: number | null) => (timeMs === null ? null : new Date(timeMs).toISOString())

describe('createLineParser', () => {
  it.each(LINES)('reads a line of %s: %s', (format, line, level, message, time, fields) => {
    const parser = createLineParser(format)
    const parsed = parser.parse(line)
    expect({ level: parsed.level, message: parsed.message, time: isoOf(parsed.timeMs) }).toEqual({
      level,
      message,
      time,
    })
    expect(parsed.fields ?? {}).toMatchObject(fields)
    expect(parser.readLevel(line)).toBe(level)
  })

  it.each(LINES)('reads it the same without being told the format (%s: %s)', (format, line, level, message) => {
    const parsed = createLineParser('auto').parse(line)
    // Without a format it cannot be known that an event is rather the message, nor whose numbers a level is of.
    if (format !== 'structlog' && format !== 'python') expect(parsed).toMatchObject({ level, message })
    else expect(parsed.fields).not.toBeUndefined()
  })

  it.each(PLAIN)('finds the level of a plain line by its form: %s', (line, level, message) => {
    for (const format of ['auto', 'plain', 'pino', 'postgresql'] as const) {
      expect(createLineParser(format).parse(line), format).toMatchObject({ level, message })
    }
  })
})
