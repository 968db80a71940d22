/** A line longer than this is no message of an engine. */
const MAX_LINE_BYTES = 4 * 1024 * 1024

/** JSON values of a stream, one a line, however the stream is cut into chunks. Skips lines that are no JSON. */
export async function* readJsonLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<unknown, void> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10)) {
      yield* parseLine(bytes.subarray(0, end))
      bytes = bytes.subarray(end + 1)
    }
    if (bytes.length > MAX_LINE_BYTES) throw new Error('A line is longer than 4 MiB.')
    rest = Buffer.from(bytes)
  }
  yield* parseLine(rest)
}

function* parseLine(bytes: Buffer): Generator<unknown, void> {
  const text = bytes.toString('utf8').trim()
  if (text === '') return
  try {
    yield JSON.parse(text)
  } catch {
    // Half a line at a cut; the cut itself is reported by the stream.
  }
}
