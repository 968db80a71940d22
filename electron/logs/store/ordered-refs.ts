import type { Ref } from './entries.ts'

const FIRST_LENGTH = 4_096

type IsBefore = (a: Ref, b: Ref) => boolean

/** Refs in order, to which is mostly added at the end and taken from the beginning. */
export class OrderedRefs {
  #items = new Uint32Array(FIRST_LENGTH)
  #head = 0
  #tail = 0

  get length(): number {
    return this.#tail - this.#head
  }

  at(index: number): Ref {
    return this.#items[this.#head + index] as Ref
  }

  get first(): Ref | undefined {
    return this.length === 0 ? undefined : this.at(0)
  }

  get last(): Ref | undefined {
    return this.length === 0 ? undefined : this.at(this.length - 1)
  }

  /** How many stand before `ref` or at the same time as it. */
  countUpTo(ref: Ref, isBefore: IsBefore): number {
    return this.findFirst((item) => isBefore(ref, item))
  }

  /** The index of the first for which `isAfter` holds, as it does for all behind it; the length where there is none. */
  findFirst(isAfter: (ref: Ref) => boolean): number {
    let [low, high] = [0, this.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isAfter(this.at(middle))) high = middle
      else low = middle + 1
    }
    return low
  }

  /**
   * Puts refs that are in order themselves where they belong, behind those of the same time. Returns how many stand
   * behind the first of them that stood there before: 0 where all were added at the end.
   */
  merge(refs: ArrayLike<Ref>, isBefore: IsBefore): number {
    const first = refs[0]
    if (first === undefined) return 0
    const last = this.last
    const late = last === undefined || !isBefore(first, last) ? 0 : this.length - this.countUpTo(first, isBefore)
    this.#makeRoomBehind(refs.length)
    const items = this.#items
    let from = this.#tail - 1
    let to = this.#tail + refs.length - 1
    const end = this.#tail - late
    for (let next = refs.length - 1; next >= 0; to--) {
      const ref = refs[next] as Ref
      if (from >= end && isBefore(ref, items[from] as Ref)) items[to] = items[from--] as Ref
      else {
        items[to] = ref
        next -= 1
      }
    }
    this.#tail += refs.length
    return late
  }

  /** Puts a ref before all others. */
  prepend(ref: Ref): void {
    if (this.#head === 0) this.#makeRoomBefore()
    this.#head -= 1
    this.#items[this.#head] = ref
  }

  removeFirst(): void {
    this.#head += 1
  }

  clear(): void {
    this.#head = 0
    this.#tail = 0
    this.#items = new Uint32Array(FIRST_LENGTH)
  }

  /** As they are now, whatever comes. */
  copy(): Uint32Array {
    return this.#items.slice(this.#head, this.#tail)
  }

  #makeRoomBehind(count: number): void {
    if (this.#tail + count <= this.#items.length) return
    this.#move(Math.max(this.length + count, FIRST_LENGTH) * 1.25, 0)
  }

  #makeRoomBefore(): void {
    const room = Math.max(FIRST_LENGTH, this.length)
    this.#move(this.length + room, room)
  }

  #move(length: number, head: number): void {
    const moved = new Uint32Array(Math.ceil(length))
    moved.set(this.#items.subarray(this.#head, this.#tail), head)
    this.#tail = head + this.length
    this.#head = head
    this.#items = moved
  }
}
