import { Chunk, type Entry } from './chunk.ts'

/**
 * Names an entry while it is held: the slot of its chunk and its number there, 16 bits each. Small enough for arrays of
 * numbers; `idOf` makes one that no other entry ever gets.
 */
export type Ref = number

const INDEX_BITS = 16
const INDEX_MASK = 0xffff

export const indexOf = (ref: Ref) => ref & INDEX_MASK
const slotOf = (ref: Ref) => ref >>> INDEX_BITS

type Lane = 'tail' | 'found'

/** All entries that are held, in chunks. An entry stays where it is until it is let go; a chunk goes with its last. */
export class Entries {
  readonly #chunks: (Chunk | undefined)[] = []
  readonly #freeSlots: number[] = []
  readonly #bySerial = new Map<number, Chunk>()
  #nextSerial = 1
  /** What searches find is held as long as somebody looks at it, apart from what comes and goes in order. */
  readonly #open: Record<Lane, Chunk | null> = { tail: null, found: null }
  count = 0
  /** Of their texts. */
  textBytes = 0
  /** That the chunks take. */
  sizeBytes = 0

  /** Adds an entry with the bytes of its lines, which are joined by newlines. */
  add(entry: Entry, lines: readonly Uint8Array[], lane: Lane = 'tail'): Ref {
    let size = lines.length - 1
    for (const line of lines) size += line.length
    const chunk = this.#withRoom(size, lane)
    let at = chunk.usedBytes
    for (const [number, line] of lines.entries()) {
      if (number > 0) chunk.bytes[at++] = 10
      chunk.bytes.set(line, at)
      at += line.length
    }
    return this.#note(chunk, at, entry)
  }

  /** The same for one line within a buffer, without a copy in between. */
  addRange(entry: Entry, source: Buffer, start: number, end: number, lane: Lane = 'tail'): Ref {
    const chunk = this.#withRoom(end - start, lane)
    source.copy(chunk.bytes, chunk.usedBytes, start, end)
    return this.#note(chunk, chunk.usedBytes + end - start, entry)
  }

  /** The chunk of an entry that is held. */
  chunk(ref: Ref): Chunk {
    return this.#chunks[slotOf(ref)] as Chunk
  }

  idOf(ref: Ref): number {
    return this.chunk(ref).serial * (INDEX_MASK + 1) + indexOf(ref)
  }

  /** Null: the entry's chunk was let go. */
  byId(id: number): Ref | null {
    const chunk = this.#bySerial.get(Math.floor(id / (INDEX_MASK + 1)))
    const index = id % (INDEX_MASK + 1)
    return chunk === undefined || index >= chunk.count ? null : refOf(chunk, index)
  }

  text(ref: Ref): Buffer {
    const chunk = this.chunk(ref)
    const index = indexOf(ref)
    return chunk.bytes.subarray(chunk.start(index), chunk.end(index))
  }

  textSize(ref: Ref): number {
    const chunk = this.chunk(ref)
    return chunk.end(indexOf(ref)) - chunk.start(indexOf(ref))
  }

  /** In time order; entries of the same nanosecond are equal. */
  readonly isBefore = (a: Ref, b: Ref): boolean => {
    const [first, second] = [this.chunk(a), this.chunk(b)]
    const [at, bt] = [first.timesMs[indexOf(a)] as number, second.timesMs[indexOf(b)] as number]
    if (at !== bt) return at < bt
    return (first.timesNs[indexOf(a)] as number) < (second.timesNs[indexOf(b)] as number)
  }

  timeMs(ref: Ref): number {
    return this.chunk(ref).timesMs[indexOf(ref)] as number
  }

  /** Keeps the chunks of entries from being let go until the returned function is called. */
  hold(refs: Uint32Array): () => void {
    const chunks = new Set<Chunk>()
    for (const ref of refs) chunks.add(this.chunk(ref))
    for (const chunk of chunks) chunk.live += 1
    return () => {
      for (const chunk of chunks) this.#release(chunk)
      chunks.clear()
    }
  }

  letGo(ref: Ref): void {
    const chunk = this.chunk(ref)
    this.textBytes -= this.textSize(ref)
    this.count -= 1
    this.#release(chunk)
  }

  #release(chunk: Chunk): void {
    chunk.live -= 1
    if (chunk.live > 0 || chunk === this.#open.tail || chunk === this.#open.found) return
    this.#free(chunk)
  }

  /** Undoes the last `add`: its bytes are written over. */
  takeBack(ref: Ref): void {
    this.textBytes -= this.textSize(ref)
    this.count -= 1
    this.chunk(ref).takeBack()
  }

  #withRoom(sizeBytes: number, lane: Lane): Chunk {
    const full = this.#open[lane]
    if (full?.hasRoom(sizeBytes)) return full
    const slot = this.#freeSlots.pop() ?? this.#chunks.length
    const chunk = new Chunk(this.#nextSerial++, slot, sizeBytes)
    this.#chunks[slot] = chunk
    this.#bySerial.set(chunk.serial, chunk)
    this.sizeBytes += chunk.bytes.length
    this.#open[lane] = chunk
    if (full !== null && full.live === 0) this.#free(full)
    return chunk
  }

  #note(chunk: Chunk, end: number, entry: Entry): Ref {
    this.textBytes += end - chunk.usedBytes
    this.count += 1
    return refOf(chunk, chunk.add(end, entry))
  }

  #free(chunk: Chunk): void {
    this.#chunks[chunk.slot] = undefined
    this.#bySerial.delete(chunk.serial)
    this.#freeSlots.push(chunk.slot)
    this.sizeBytes -= chunk.bytes.length
  }
}

function refOf(chunk: Chunk, index: number): Ref {
  return ((chunk.slot << INDEX_BITS) | index) >>> 0
}
