import { orpc, queryClient } from './client.ts'

/** What an operation changes on the host by beginning, ending, or being cut off. A plan that is being read stays. */
const BESIDE_HISTORY = [
  orpc.history.journal.key(),
  orpc.backup.key(),
  orpc.replaced.list.key(),
  orpc.replaced.measure.key(),
  orpc.operation.lock.key(),
]

/** Reads it anew where it is on screen, and where it is not, before it is shown again. */
export async function readJournalsAgain(): Promise<void> {
  await Promise.all(
    [orpc.history.key(), ...BESIDE_HISTORY].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
  )
}

/** The same for who has just read the list of operations, which takes a look at each of their journals. */
export async function readBesideHistoryAgain(): Promise<void> {
  await Promise.all(BESIDE_HISTORY.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
}
