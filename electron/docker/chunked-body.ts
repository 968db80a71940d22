/** A chunk's size has at most so many hexadecimal digits; more would not be exact. */
const MAX_SIZE_DIGITS = 12

type State = 'size' | 'extension' | 'data' | 'after-data' | 'trailer' | 'trailer-line' | 'done'

/** Called with the place of a piece of the body. What is kept of the buffer keeps all of it in memory. */
export type BodyListener = (source: Buffer, start: number, end: number) => void

/**
 * Takes an HTTP body in chunks (RFC 9112, section 7.1) apart without copying it. The engine sends a chunk for each
 * line, for which Node's own parser makes an event and a buffer each.
 */
export class ChunkedBody {
  readonly #onBody: BodyListener
  #state: State = 'size'
  #size = 0
  #digits = 0
  #left = 0
  readonly endsWithSocket = false
  /** More came than belongs to it. */
  hasExcess = false

  constructor(onBody: BodyListener) {
    this.#onBody = onBody
  }

  /** The last chunk and its trailers have come. */
  get isComplete(): boolean {
    return this.#state === 'done'
  }

  push(source: Buffer, start: number): void {
    let at = start
    while (at < source.length && this.#state !== 'done') {
      if (this.#state === 'data') at = this.#readData(source, at)
      else this.#readByte(source[at++] ?? 0)
    }
    if (at < source.length) this.hasExcess = true
  }

  #readData(source: Buffer, at: number): number {
    const end = Math.min(source.length, at + this.#left)
    this.#onBody(source, at, end)
    this.#left -= end - at
    if (this.#left === 0) this.#state = 'after-data'
    return end
  }

  #readByte(byte: number): void {
    const isNewline = byte === 0x0a
    switch (this.#state) {
      case 'size':
        if (isNewline) this.#endSize()
        else if (byte === 0x3b) this.#state = 'extension'
        else if (byte !== 0x0d && byte !== 0x20 && byte !== 0x09) this.#addDigit(byte)
        break
      case 'extension':
        if (isNewline) this.#endSize()
        break
      case 'after-data':
        if (isNewline) this.#state = 'size'
        else if (byte !== 0x0d) throw new Error('A chunk of the answer is longer than it says.')
        break
      case 'trailer':
        if (isNewline) this.#state = 'done'
        else if (byte !== 0x0d) this.#state = 'trailer-line'
        break
      case 'trailer-line':
        if (isNewline) this.#state = 'trailer'
        break
    }
  }

  #addDigit(byte: number): void {
    const digit = hexDigit(byte)
    if (digit < 0 || ++this.#digits > MAX_SIZE_DIGITS) throw new Error('The answer has a chunk of no size.')
    this.#size = this.#size * 16 + digit
  }

  #endSize(): void {
    if (this.#digits === 0) throw new Error('The answer has a chunk of no size.')
    this.#left = this.#size
    this.#state = this.#size === 0 ? 'trailer' : 'data'
    this.#size = 0
    this.#digits = 0
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
