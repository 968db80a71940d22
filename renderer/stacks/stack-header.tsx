import { Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackDetail } from '../../shared/contract/stacks.ts'
import { FactList } from '../components/fact-list.tsx'
import { Elapsed, MiddleTruncate } from '../components/figures.tsx'
import { StateBadge } from '../components/state-badge.tsx'
import { HEALTH_LOOKS } from '../lib/states.ts'
import classes from './stack-header.module.css'
import { StackPrimaryAction } from './stack-primary-action.tsx'

interface StackHeaderProps {
  readonly stack: StackDetail
  readonly connected: boolean
  readonly interrupted: OperationSummary | null
  readonly operations: readonly OperationSummary[]
}

/** Name, version, state, since when, and the one primary action. */
export function StackHeader({ stack, connected, interrupted, operations }: StackHeaderProps) {
  return (
    <header className={classes.header}>
      <div className={classes.titles}>
        <div className={classes.line}>
          <Title order={1} className={classes.name}>
            <MiddleTruncate text={stack.name} limit={44} />
          </Title>
          <span className={`mono ${classes.version}`}>
            {stack.version ? <MiddleTruncate text={stack.version} limit={32} /> : 'version not known'}
          </span>
          <StateBadge look={HEALTH_LOOKS[stack.health]} variant="chip" />
          {stack.since ? (
            <span className={classes.soft}>
              <Elapsed since={stack.since} prefix="for " />
            </span>
          ) : null}
        </div>
        {stack.health === 'healthy' ? null : <p className={classes.reason}>{stack.healthReason}</p>}
        {stack.picture === 'none' ? null : (
          <div className={classes.facts}>
            <FactList inline facts={factsOf(stack)} />
          </div>
        )}
      </div>
      <StackPrimaryAction stack={stack} connected={connected} interrupted={interrupted} operations={operations} />
    </header>
  )
}

function factsOf({ runbook, directory, runningServices, totalServices, picture }: StackDetail): [string, ReactNode][] {
  const when = picture === 'last' ? ' when last seen' : ''
  return [
    ['Runbook', runbook.generic ? 'none matches (generic)' : runbook.name],
    ...directoryFact(directory),
    ['Services', `${runningServices} of ${totalServices} running${when}`],
  ]
}

/** Containers do not always say it. */
function directoryFact(directory: string): [string, ReactNode][] {
  if (directory === '') return []
  return [['Directory', <MiddleTruncate key="directory" mono text={directory} limit={52} />]]
}
