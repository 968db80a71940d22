import type { StackRef } from '../../shared/contract/stacks.ts'
import type { TargetVersion, VersionFacts } from '../../shared/contract/versions.ts'
import { client } from '../lib/client.ts'
import { useWatch } from '../lib/use-watch.ts'

/** The contract answers for so many at once; older ones are shown by their name alone. */
export const FACTS_LIMIT = 50

/** What registry and host know of the versions that are shown, by version, as it comes in; anew when they were looked up again. */
export function useVersionFacts(
  ref: StackRef,
  services: readonly string[],
  versions: readonly TargetVersion[],
  checkedAt: string | undefined,
): ReadonlyMap<string, VersionFacts> {
  const asked = versions.slice(0, FACTS_LIMIT)
  const input = { ...ref, services: [...services], versions: asked }
  const { data } = useWatch<VersionFacts[]>(
    ['upgrade.watchVersionFacts', JSON.stringify(input), `${checkedAt}`],
    (signal) => client.upgrade.watchVersionFacts(input, { signal }),
  )
  return new Map((data ?? []).map((facts) => [facts.version, facts]))
}
