/** Numbers below this take one byte, as nearly all do: a stack has some dozens of series. */
const ESCAPE = 0xff
const VALUE_BYTES = 4

/**
 * One sample in bytes: values by the numbers of their series, five bytes each, where JSON would take thirty. Figures
 * keep seven digits, which no chart shows.
 */
export function encodeSample(values: ReadonlyMap<number, number>): Uint8Array {
  let size = 0
  for (const series of values.keys()) size += (series < ESCAPE ? 1 : 3) + VALUE_BYTES
  const view = new DataView(new ArrayBuffer(size))
  let offset = 0
  for (const [series, value] of values) {
    view.setUint8(offset++, Math.min(series, ESCAPE))
    if (series >= ESCAPE) {
      view.setUint16(offset, series, true)
      offset += 2
    }
    view.setFloat32(offset, value, true)
    offset += VALUE_BYTES
  }
  return new Uint8Array(view.buffer)
}

export function decodeSample(bytes: Uint8Array): Map<number, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Map<number, number>()
  let offset = 0
  while (offset < view.byteLength) {
    let series = view.getUint8(offset++)
    if (series === ESCAPE) {
      series = view.getUint16(offset, true)
      offset += 2
    }
    values.set(series, view.getFloat32(offset, true))
    offset += VALUE_BYTES
  }
  return values
}
