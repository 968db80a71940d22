import { HOSTILE_LINES } from '../../shared/logs/hostile-lines.ts'
import type { TestRandom } from '../../shared/logs/test-random.ts'

/** Output as loggers and runtimes write it, to be cut and mixed. */
const SAMPLES: readonly string[] = [
  '{"level":30,"time":1795291200123,"pid":1,"hostname":"a","req":{"id":"r1"},"msg":"request completed"}',
  '{"event": "packet_created", "tenant_id": "t1", "level": "info", "timestamp": "2026-11-21T20:00:00Z"}',
  '{"level":50,"err":{"message":"lost","stack":"Error: lost\\n    at a (b.js:1:1)"},"n":12345678901234567890}',
  '2026-11-21 20:00:00 [error    ] redis_unavailable              error="no route" n=1',
  '\u001b[2m2026-11-21 20:00:00\u001b[0m [\u001b[32m\u001b[1minfo     \u001b[0m] \u001b[1mready\u001b[0m \u001b[36ma\u001b[0m=\u001b[35mb\u001b[0m',
  '2026-11-21 20:00:00.123 UTC [77] app@ledger ERROR:  duplicate key',
  '2026-11-21 20:00:00.123 UTC [77] app@ledger STATEMENT:  INSERT INTO t',
  '1:M 21 Nov 2026 20:00:00.123 * Ready to accept connections',
  'time=2026-11-21T20:00:00Z level=WARN msg="the \\"disk\\"" free=12',
  '172.18.0.1 - - [21/Nov/2026:20:00:00 +0000] "GET /ü HTTP/1.1" 502 157 "-" "curl/8"',
  '2026/11/21 20:00:00 [error] 29#29: *7 open() failed, client: 1.1.1.1, request: "GET / HTTP/1.1"',
  '2026-11-21T20:00:00.123Z\tERROR\thttp\tserver.go:12\tno route\t{"host": "a"}',
  '2026-11-21 20:00:00,123 - app.jobs - WARNING - late',
  'INFO:     172.18.0.1:41234 - "GET /health HTTP/1.1" 200 OK',
  'Traceback (most recent call last):',
  '  File "/app/a.py", line 1, in <module>',
  "KeyError: 'x'",
  'During handling of the above exception, another exception occurred:',
  'TypeError: a is not a function',
  '    at Object.<anonymous> (/app/a.js:1:1) {',
  '}',
  'panic: runtime error',
  'goroutine 1 [running]:',
  'java.lang.IllegalStateException: closed',
  'Caused by: java.io.IOException: broken',
  'wait … 10%\r50%\r100% \u{1f600}',
  'warning: nothing',
  '',
]

/** As the engine cuts lines. */
const PIECE_BYTES = 16_384
const SHORT_HOSTILE = HOSTILE_LINES.map(([, text]) => text).filter((text) => text.length < 20_000)

/** One line that a container wrote: any bytes but a newline. */
export interface WrittenLine {
  readonly stream: 1 | 2
  readonly stamp: string
  readonly bytes: Buffer
}

function randomBytes(random: TestRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.below(256)))
}

function randomText(random: TestRandom): string {
  const text = random.below(8) === 0 ? random.pick(SHORT_HOSTILE) : random.pick(SAMPLES)
  if (random.below(3) > 0) return text
  const other = random.pick(SAMPLES)
  return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length + 1))
}

function randomContent(random: TestRandom): Buffer {
  const kind = random.below(20)
  if (kind === 0) return randomBytes(random, random.below(300))
  const text = Buffer.from(randomText(random))
  if (kind > 4) return text
  // Around the size at which the engine cuts, with characters of two bytes across the border.
  if (kind === 1) return Buffer.from(`${'é'.repeat(8000 + random.below(600))}${text.toString()}`)
  if (kind === 2) return Buffer.alloc(PIECE_BYTES * (1 + random.below(3)) - 3 + random.below(6), text.toString() || 'x')
  const changed = Buffer.concat([text, randomBytes(random, 1)])
  for (let count = random.below(4); count >= 0; count -= 1) changed[random.below(changed.length)] = random.below(256)
  return changed
}

export function randomLines(random: TestRandom, count: number): WrittenLine[] {
  let second = random.below(60)
  return Array.from({ length: count }, () => {
    if (random.below(10) === 0) second = Math.min(59, second + 1)
    const stamp = `2026-11-21T20:00:${String(second).padStart(2, '0')}.${String(random.below(1e9)).padStart(9, '0')}Z`
    const bytes = randomContent(random)
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at)) bytes[at] = 32
    return { stream: random.pick([1, 2] as const), stamp, bytes }
  })
}

function frame(stream: number, content: Buffer): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(content.length, 4)
  return Buffer.concat([header, content])
}

/** The frames of a line: each piece of a long one begins with the timestamp, and the last ends with the newline. */
function framesOf({ stream, stamp, bytes }: WrittenLine): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at === 0 || at <= bytes.length; at += PIECE_BYTES) {
    const piece = bytes.subarray(at, at + PIECE_BYTES)
    const isLast = at + PIECE_BYTES > bytes.length
    frames.push(frame(stream, Buffer.concat([Buffer.from(`${stamp} `), piece, Buffer.from(isLast ? '\n' : '')])))
  }
  return frames
}

/** The engine's answer: the frames of both streams, mixed as they would come, each stream in its own order. */
export function encodeAnswer(random: TestRandom, lines: readonly WrittenLine[]): Buffer {
  const waiting = [1, 2].map((stream) => lines.filter((line) => line.stream === stream).flatMap(framesOf))
  const frames: Buffer[] = []
  while (waiting.some((queue) => queue.length > 0)) {
    const next = random.pick(waiting.filter((queue) => queue.length > 0)).shift()
    if (next !== undefined) frames.push(next)
  }
  return Buffer.concat(frames)
}

/** What the engine answers for a terminal: no frames, lines as a terminal ends them, and the timestamp in each piece. */
export function encodeTerminal(lines: readonly WrittenLine[]): Buffer {
  const parts = lines.flatMap(({ stamp, bytes }) => {
    const written = Buffer.concat([bytes, Buffer.from('\r')])
    const pieces: Buffer[] = []
    for (let at = 0; at <= written.length; at += PIECE_BYTES) {
      pieces.push(Buffer.from(`${stamp} `), written.subarray(at, at + PIECE_BYTES))
    }
    return [...pieces, Buffer.from('\n')]
  })
  return Buffer.concat(parts)
}

/** The same bytes as an HTTP body in chunks of random sizes. */
export function encodeChunks(random: TestRandom, body: Buffer): Buffer {
  const chunks: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const size = Math.min(body.length - at, 1 + random.below(random.pick([8, 400, 40_000])))
    chunks.push(Buffer.from(`${size.toString(16)}\r\n`), body.subarray(at, at + size), Buffer.from('\r\n'))
    at += size
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')])
}
