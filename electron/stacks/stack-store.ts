/** Project directories that the user has added, for stacks that the engine does not know yet. */
export interface StackStore {
  list(hostId: string): readonly string[]
  /** Adding one twice changes nothing. */
  add(hostId: string, directory: string): void
  remove(hostId: string, directory: string): void
}
