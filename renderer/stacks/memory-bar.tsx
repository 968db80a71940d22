import type { ServiceView } from '../../shared/contract/stacks.ts'
import { formatMemory } from '../lib/format.ts'
import classes from './memory-bar.module.css'

/** Above this share of its limit a container is near to being killed. */
const TIGHT_SHARE = 0.9

type Usage = NonNullable<ServiceView['usage']>

/** Memory in figures, and as a bar against the limit where there is one. */
export function MemoryBar({ usage }: { readonly usage: Usage }) {
  const { memoryBytes, memoryLimitBytes } = usage
  if (memoryLimitBytes === null) return <span title="No limit is set">{formatMemory(memoryBytes)}</span>
  const share = Math.min(1, memoryBytes / memoryLimitBytes)
  return (
    <div className={classes.memory} title={`${Math.round(share * 100)} % of the limit`}>
      <span>
        {formatMemory(memoryBytes)} <span className={classes.limit}>of {formatMemory(memoryLimitBytes)}</span>
      </span>
      <span className={classes.track} data-tone={share >= TIGHT_SHARE ? 'warn' : 'idle'} aria-hidden>
        <span className={classes.fill} style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  )
}
