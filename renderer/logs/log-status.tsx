import { Button } from '@mantine/core'
import { IconArrowDown, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import type { LogViewState } from '../../shared/contract/logs.ts'
import { formatMemory } from '../lib/format.ts'
import { HistorySearch } from './history-search.tsx'
import classes from './log-status.module.css'
import type { LogSnapshot, LogView } from './log-view.ts'
import { TAIL_LOOKS } from './service-looks.ts'

interface LogStatusProps {
  readonly view: LogView
  readonly snapshot: LogSnapshot
  readonly state: LogViewState
}

/** How much is held and shown, whether it follows, and how the tails stand. */
export function LogStatus({ view, snapshot, state }: LogStatusProps) {
  return (
    <div className={classes.bar}>
      <FollowButton view={view} snapshot={snapshot} />
      <Figures snapshot={snapshot} state={state} />
      <Tails state={state} />
      <div className={classes.right}>
        <HistorySearch view={view} state={state} />
      </div>
    </div>
  )
}

function FollowButton({ view, snapshot: { following } }: Pick<LogStatusProps, 'view' | 'snapshot'>) {
  return (
    <>
      <Button
        variant="default"
        size="compact-xs"
        aria-keyshortcuts="f"
        aria-pressed={following}
        leftSection={following ? <IconPlayerPause size={13} aria-hidden /> : <IconPlayerPlay size={13} aria-hidden />}
        onClick={() => (following ? view.pause() : view.follow())}
      >
        {following ? 'Following' : 'Paused'}
      </Button>
      {following ? null : (
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconArrowDown size={13} aria-hidden />}
          onClick={() => view.follow()}
        >
          Jump to newest
        </Button>
      )}
    </>
  )
}

function Figures({ snapshot, state }: Omit<LogStatusProps, 'view'>) {
  const { count: shown, heldLines, heldBytes, skippedLines } = state
  return (
    <span className={classes.figures}>
      {snapshot.applying ? 'Filtering, ' : ''}
      {shown.toLocaleString('en')} of {linesText(heldLines)} shown, {formatMemory(heldBytes)} held
      {skippedLines > 0 ? `, ${skippedLines.toLocaleString('en')} skipped` : ''}
    </span>
  )
}

const linesText = (amount: number): string => `${amount.toLocaleString('en')} ${amount === 1 ? 'line' : 'lines'}`

/** Tails that follow need no word: only those that do not. */
function Tails({ state }: { readonly state: LogViewState }) {
  const others = state.services.filter((service) => service.state !== 'following')
  return (
    <>
      {others.map(({ service, state: tail, error }) => {
        const { icon: Icon, tone, word } = TAIL_LOOKS[tail]
        return (
          <span
            key={service}
            className={classes.trouble}
            data-tone={error ? 'bad' : tone}
            title={error ? [error.message, error.hint].filter(Boolean).join('\n') : undefined}
          >
            <Icon size={13} aria-hidden />
            {service}: {word}
            {error ? `, ${error.message}` : ''}
          </span>
        )
      })}
    </>
  )
}
