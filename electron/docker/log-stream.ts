import { type HttpStream, HttpTimeout } from './http-client.ts'
import type { LogReader } from './log-frames.ts'
import type { LogLines } from './log-lines.ts'

/** Lines are handed over in batches of about this size. */
const BATCH_BYTES = 256 * 1024
/** Lines of a slow log wait so long for company: shorter than anybody notices. */
const BATCH_MS = 20
/** A reader that is slower than the engine keeps it waiting beyond this. */
const AHEAD_BYTES = 2 * 1024 * 1024
/** With `since`, an engine decodes all that it has before the first line: 8 ms a megabyte. Silence beyond this is none. */
export const STALL_TIMEOUT_MS = 120_000

type LogStream = Pick<HttpStream, 'read' | 'pause' | 'resume' | 'close'>

/** What the engine has, as fast as it is taken. Ends with the answer; throws where that is cut, or stalls. */
export async function* readAll(
  stream: LogStream,
  reader: LogReader,
  {
    withUnfinished,
    stallTimeoutMs = STALL_TIMEOUT_MS,
  }: { readonly withUnfinished: boolean; readonly stallTimeoutMs?: number },
): AsyncGenerator<LogLines, void> {
  const ready: LogLines[] = []
  let readyBytes = 0
  let end: { readonly error: unknown } | null = null
  let wake = () => {}
  const take = () => {
    const lines = reader.lines.take()
    ready.push(lines)
    readyBytes += lines.bytes.length
    if (readyBytes > AHEAD_BYTES) stream.pause()
    wake()
  }
  const finish = (error: unknown) => {
    end = { error }
    wake()
  }
  const watch = watchProgress(stallTimeoutMs, () => {
    if (readyBytes <= AHEAD_BYTES) stream.close(new HttpTimeout(stallTimeoutMs))
  })
  const reading = stream.read((source, start, stop) => {
    watch.note()
    reader.push(source, start, stop)
    if (reader.lines.sizeBytes >= BATCH_BYTES) take()
  })
  reading.then(() => {
    if (withUnfinished) reader.flush()
    if (reader.lines.count > 0) take()
    finish(null)
  }, finish)
  try {
    for (;;) {
      const next = ready.shift()
      if (next !== undefined) {
        readyBytes -= next.bytes.length
        if (readyBytes <= AHEAD_BYTES) stream.resume()
        yield next
      } else if (end !== null) {
        const { error } = end as { readonly error: unknown }
        if (error !== null) throw error
        return
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    watch.stop()
  }
}

/** What comes, as it comes, whoever takes it. */
export async function readOn(
  stream: LogStream,
  reader: LogReader,
  withUnfinished: boolean,
  onLines: (lines: LogLines) => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const take = () => {
    clearTimeout(timer)
    timer = undefined
    if (reader.lines.count > 0) onLines(reader.lines.take())
  }
  try {
    await stream.read((source, start, end) => {
      reader.push(source, start, end)
      if (reader.lines.sizeBytes >= BATCH_BYTES) take()
      else if (reader.lines.count > 0) timer ??= setTimeout(take, BATCH_MS)
    })
    if (withUnfinished) reader.flush()
  } finally {
    take()
  }
}

/** Calls `onStall` when nothing was noted for a while: a timer for each of many small pieces would cost too much. */
function watchProgress(timeoutMs: number, onStall: () => void): { note(): void; stop(): void } {
  let isMoving = false
  const timer = setInterval(() => {
    if (!isMoving) onStall()
    isMoving = false
  }, timeoutMs)
  return {
    note: () => {
      isMoving = true
    },
    stop: () => clearInterval(timer),
  }
}
