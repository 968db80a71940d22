/** Things that are made for the first who needs them and ended with the last, by key. */
export class Shared<T> {
  readonly #create: (key: string) => T
  readonly #end: (value: T) => void
  readonly #held = new Map<string, { readonly value: T; holders: number }>()

  constructor(create: (key: string) => T, end: (value: T) => void) {
    this.#create = create
    this.#end = end
  }

  get size(): number {
    return this.#held.size
  }

  get values(): T[] {
    return [...this.#held.values()].map(({ value }) => value)
  }

  /** What is held under a key already; null: nobody needs it. */
  peek(key: string): T | null {
    return this.#held.get(key)?.value ?? null
  }

  /** To be released once; further calls do nothing. */
  acquire(key: string): { readonly value: T; readonly release: () => void } {
    const known = this.#held.get(key)
    const entry = known ?? { value: this.#create(key), holders: 0 }
    if (known === undefined) this.#held.set(key, entry)
    entry.holders += 1
    let isHeld = true
    const release = () => {
      if (!isHeld) return
      isHeld = false
      entry.holders -= 1
      if (entry.holders > 0 || this.#held.get(key) !== entry) return
      this.#held.delete(key)
      this.#end(entry.value)
    }
    return { value: entry.value, release }
  }

  /** Ends all of them, whoever still holds them. */
  dispose(): void {
    const entries = [...this.#held.values()]
    this.#held.clear()
    for (const { value } of entries) this.#end(value)
  }
}
