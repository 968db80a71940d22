import type { LogContainer } from '../log-batch.ts'

/** A container that lines came from, as the entries name it. */
export interface Source {
  readonly number: number
  readonly containerId: string
  readonly service: string
}

/** Entries name their container by a number of 16 bits. */
const MAX_SOURCES = 65_536

/** The containers that entries came from, numbered as they come. */
export class Sources {
  readonly #known = new Map<string, Source>()
  readonly #all: Source[] = []

  of({ id, service }: LogContainer): Source {
    const known = this.#known.get(id)
    if (known !== undefined) return known
    // More containers than that in one session would share a name, and nothing else.
    const number = Math.min(this.#all.length, MAX_SOURCES - 1)
    const source = { number, containerId: id, service }
    this.#known.set(id, source)
    this.#all[number] = source
    return source
  }

  at(number: number): Source {
    return this.#all[number] as Source
  }

  /** One of a service that fits. */
  first(fits: (service: string) => boolean): Source | null {
    return this.#all.find(({ service }) => fits(service)) ?? null
  }

  get count(): number {
    return this.#all.length
  }
}
