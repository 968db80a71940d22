import type { Stores } from './roll-up.ts'

/** What holds things that are not written yet. */
export interface Saving {
  /** Writes them, within a transaction that may still fail … */
  save(): void
  /** … and lets go of them once it has not. */
  saved(): void
}

/** All in one transaction: a hundred stacks must not wait a hundred times for the disk. Where it fails, nothing is lost. */
export function saveTogether({ timelines, samples }: Stores, all: readonly Saving[]): void {
  try {
    timelines.together(() => {
      for (const one of all) one.save()
    })
  } catch (error) {
    samples.forgetNumbers()
    throw error
  }
  for (const one of all) one.saved()
}
