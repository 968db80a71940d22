import { orpc, queryClient } from './client.ts'

/** What an operation changes on the host by beginning, ending, or being cut off. A plan that is being read stays. */
const KEYS = [
  orpc.history.key(),
  orpc.backup.key(),
  orpc.replaced.list.key(),
  orpc.replaced.measure.key(),
  orpc.operation.lock.key(),
]

/** Reads it anew where it is on screen, and where it is not, before it is shown again. */
export async function readJournalsAgain(): Promise<void> {
  await Promise.all(KEYS.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}
