import type { VersionFacts } from '../../shared/contract/versions.ts'
import { Digest, MiddleTruncate } from '../components/figures.tsx'
import { Panel } from '../components/panel.tsx'
import { JumpList } from '../components/plan/jump-list.tsx'

interface JumpPanelProps {
  readonly facts: VersionFacts | undefined
  /** Each service goes to a version of its own. */
  readonly apart: boolean
}

/** What going to the chosen version means, and which images it is, before a plan is made. */
export function JumpPanel({ facts, apart }: JumpPanelProps) {
  if (facts?.kind !== 'known') return null
  const { jump, images } = facts
  const version = apart ? 'these versions' : facts.version
  return (
    <>
      {jump.reasons.length > 0 ? (
        <Panel title={`What ${version} ${apart ? 'mean' : 'means'}`} flush>
          <JumpList jump={jump} />
        </Panel>
      ) : null}
      <Panel title={`Images of ${version}`} flush>
        <table className="table" aria-label={`Images of ${version}`}>
          <tbody>
            {images.map(({ service, reference, digest }) => (
              <tr key={service}>
                <th scope="row">
                  <MiddleTruncate text={service} limit={28} />
                </th>
                <td>
                  <MiddleTruncate mono text={reference} limit={52} />
                </td>
                <td>
                  <Digest digest={digest} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  )
}
