/** `2026-11-21T06:28:00.123456789Z `: fixed width, so that it sorts as text. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /
const TIMESTAMP_LENGTH = 31
const HEADER_LENGTH = 8
const STDERR = 2
/** The engine cuts longer lines into pieces of this size, each with the timestamp again. */
const PIECE_BYTES = 16_384

export interface LogLine {
  readonly stream: 'stdout' | 'stderr'
  readonly timestamp: string
  readonly text: string
}

interface Piece {
  readonly stream: LogLine['stream']
  readonly bytes: Buffer
}

/**
 * A whole log answer (asked for with timestamps) as lines in time order. Without a TTY the answer is frames of
 * an 8-byte header and one piece of a line; pieces are joined before they are decoded, since a cut may
 * fall inside a character. https://docs.docker.com/reference/api/engine/ "Stream format"
 */
export function parseLog(answer: Buffer, tty: boolean): LogLine[] {
  const lines = tty ? parseTtyLog(answer) : joinPieces(splitFrames(answer))
  // Stable: lines of one stream keep their order where timestamps are equal.
  return lines.sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0))
}

function splitFrames(answer: Buffer): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  while (at + HEADER_LENGTH <= answer.length) {
    const end = at + HEADER_LENGTH + answer.readUInt32BE(at + 4)
    const stream = answer[at] === STDERR ? 'stderr' : 'stdout'
    pieces.push({ stream, bytes: answer.subarray(at + HEADER_LENGTH, end) })
    at = end
  }
  return pieces
}

function joinPieces(pieces: readonly Piece[]): LogLine[] {
  const lines: LogLine[] = []
  const open: Partial<Record<LogLine['stream'], { readonly timestamp: string; readonly parts: Buffer[] }>> = {}
  const close = (stream: LogLine['stream']): void => {
    const line = open[stream]
    if (line !== undefined) lines.push({ stream, timestamp: line.timestamp, text: decode(line.parts) })
    delete open[stream]
  }
  for (const { stream, bytes } of pieces) {
    const { timestamp, content } = takeTimestamp(bytes)
    // The rest of a line repeats its timestamp; another one means that the rest was lost to rotation.
    if (open[stream] !== undefined && timestamp !== '' && open[stream].timestamp !== timestamp) close(stream)
    open[stream] ??= { timestamp, parts: [] }
    open[stream].parts.push(content)
    if (content.at(-1) === 10) close(stream)
  }
  close('stdout')
  close('stderr')
  return lines
}

function takeTimestamp(bytes: Buffer): { readonly timestamp: string; readonly content: Buffer } {
  const prefix = bytes.subarray(0, TIMESTAMP_LENGTH).toString('latin1')
  if (!TIMESTAMP.test(prefix)) return { timestamp: '', content: bytes }
  return { timestamp: prefix.trimEnd(), content: bytes.subarray(TIMESTAMP_LENGTH) }
}

function decode(parts: readonly Buffer[]): string {
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

function parseTtyLog(answer: Buffer): LogLine[] {
  const lines: LogLine[] = []
  for (let at = 0; at < answer.length; ) {
    const newline = answer.indexOf(10, at)
    const end = newline === -1 ? answer.length : newline + 1
    const { timestamp, content } = takeTimestamp(answer.subarray(at, end))
    lines.push({ stream: 'stdout', timestamp, text: decode(cutRepeats(content, timestamp)) })
    at = end
  }
  return lines
}

/** Cuts out the timestamp that the engine repeats inside a long TTY line, where no frame says so. */
function cutRepeats(content: Buffer, timestamp: string): Buffer[] {
  const parts: Buffer[] = []
  let rest = content
  while (rest.length > PIECE_BYTES) {
    parts.push(rest.subarray(0, PIECE_BYTES))
    rest = rest.subarray(PIECE_BYTES)
    if (timestamp !== '' && rest.subarray(0, TIMESTAMP_LENGTH).toString('latin1') === `${timestamp} `) {
      rest = rest.subarray(TIMESTAMP_LENGTH)
    }
  }
  return [...parts, rest]
}
