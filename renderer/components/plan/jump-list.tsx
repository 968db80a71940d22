import type { Jump } from '../../../shared/contract/versions.ts'
import { PreflightList } from './preflight-list.tsx'

const TITLES: Record<Jump['reasons'][number]['id'], string> = {
  distance: 'Distance',
  data: 'Data',
  'forward-only': 'One way only',
  'database-major': 'Database',
  'pre-release': 'Pre-release',
}

/** What going to another version means, each reason with its verdict. */
export function JumpList({ jump }: { readonly jump: Jump }) {
  const results = jump.reasons.map(({ id, verdict, sentence }, index) => ({
    id: `${id}-${index}`,
    title: TITLES[id],
    verdict,
    detail: sentence,
    hint: null,
  }))
  return <PreflightList results={results} />
}
