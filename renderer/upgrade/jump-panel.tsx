import type { VersionFacts } from '../../shared/contract/versions.ts'
import { Panel } from '../components/panel.tsx'
import { JumpList } from '../components/plan/jump-list.tsx'

/** What going to the chosen version means, before a plan is made. */
export function JumpPanel({ facts }: { readonly facts: VersionFacts | undefined }) {
  if (facts?.kind !== 'known' || facts.jump.reasons.length === 0) return null
  return (
    <Panel title={`What ${facts.version} means`} flush>
      <JumpList jump={facts.jump} />
    </Panel>
  )
}
