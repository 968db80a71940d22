import type { LogBatch } from '../log-batch.ts'

/** For tests: lines of one container, each with its time in milliseconds. */
export function sampleBatch(
  service: string,
  lines: readonly (readonly [number, string])[],
  { id = `${service}-container`, stream = 1 }: { readonly id?: string; readonly stream?: number } = {},
): LogBatch {
  const texts = lines.map(([, text]) => Buffer.from(text))
  let end = 0
  return {
    container: { id, service },
    bytes: new Uint8Array(Buffer.concat(texts)),
    ends: Uint32Array.from(texts, (text) => {
      end += text.length
      return end
    }),
    times: BigInt64Array.from(lines, ([ms]) => BigInt(Math.round(ms * 1_000)) * 1_000n),
    streams: Uint8Array.from(texts, () => stream),
  }
}
