/** A number of a series (two bytes) and its value (four): six bytes, where JSON would take thirty. */
const ENTRY_BYTES = 6

/** One sample in bytes: values by the numbers of their series. Figures keep seven digits, which no chart shows. */
export function encodeSample(values: ReadonlyMap<number, number>): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.size * ENTRY_BYTES))
  let offset = 0
  for (const [series, value] of values) {
    view.setUint16(offset, series, true)
    view.setFloat32(offset + 2, value, true)
    offset += ENTRY_BYTES
  }
  return new Uint8Array(view.buffer)
}

export function decodeSample(bytes: Uint8Array): Map<number, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = new Map<number, number>()
  for (let offset = 0; offset + ENTRY_BYTES <= bytes.byteLength; offset += ENTRY_BYTES) {
    values.set(view.getUint16(offset, true), view.getFloat32(offset + 2, true))
  }
  return values
}
