import { Button, Loader } from '@mantine/core'
import {
  IconAlertTriangle,
  IconArrowUp,
  IconCircleCheck,
  IconEqual,
  IconHelpCircle,
  IconProgress,
} from '@tabler/icons-react'
import { Link, useRouterState } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { OperationSummary } from '../../shared/contract/operations.ts'
import type { StackDetail } from '../../shared/contract/stacks.ts'
import { describeTarget } from '../../shared/versions/target-version.ts'
import { RelativeTime } from '../components/figures.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { failureOf } from '../lib/calls.ts'
import { findFailedAttempt } from '../lib/past-attempt.ts'
import { choosePrimaryAction } from '../lib/primary-action.ts'
import { useVersions } from '../lib/use-operations.ts'
import { describeOffer, type Offer, type Standing, targetOf } from '../lib/version-offer.ts'
import type { Tone } from '../theme.ts'
import classes from './stack-header.module.css'

interface StackPrimaryActionProps {
  readonly stack: StackDetail
  readonly connected: boolean
  readonly interrupted: OperationSummary | null
  readonly operations: readonly OperationSummary[]
}

/** The one thing that makes sense now, and what the registry said. */
export function StackPrimaryAction({ stack, connected, interrupted, operations }: StackPrimaryActionProps) {
  const segment = useRouterState({ select: (state) => state.location.pathname.split('/')[5] })
  // On its own page the action would lead to where one is.
  const here = segment === 'upgrade' ? 'upgrade' : segment === 'run' ? 'view-operation' : null
  const idle = connected && !stack.operation && !interrupted
  const versions = useVersions(stack, [], idle)
  const action = choosePrimaryAction({
    stack,
    interrupted,
    connected,
    versions: versions.data ?? null,
    versionsError: failureOf(versions),
  })
  if (action.kind === here) return null
  // The version picker says the same, service by service.
  if (here === 'upgrade' && action.kind === 'standing' && action.standing.kind !== 'up-to-date') return null
  const failed = action.kind === 'upgrade' ? findFailedAttempt(operations, nameOf(action.offer)) : null
  switch (action.kind) {
    case 'none':
    case 'resolve-interrupted':
      return null
    case 'view-operation':
      return (
        <div className={classes.action}>
          <LinkButton
            to="/hosts/$hostId/stacks/$project/run/$operationId"
            params={{ ...stack.ref, operationId: action.operationId }}
            size="sm"
            leftSection={<IconProgress size={16} className="spin" aria-hidden />}
          >
            View running {action.what}
          </LinkButton>
          <span className={classes.note}>by {stack.operation?.mine ? 'you' : stack.operation?.owner}</span>
        </div>
      )
    case 'upgrade':
      return (
        <div className={classes.action}>
          <LinkButton
            to="/hosts/$hostId/stacks/$project/upgrade"
            params={stack.ref}
            search={action.offer.kind === 'version' ? { version: action.offer.version } : {}}
            size="sm"
            leftSection={<IconArrowUp size={16} aria-hidden />}
          >
            {describeOffer(action.offer)}
          </LinkButton>
          {failed ? (
            <Link
              to="/hosts/$hostId/stacks/$project/history/$operationId"
              params={{ ...stack.ref, operationId: failed.id }}
              className={classes.failed}
              data-tone="warn"
            >
              <IconAlertTriangle size={13} aria-hidden /> Its last try failed <RelativeTime at={failed.startedAt} />
            </Link>
          ) : (
            <span className={classes.note}>shows a plan first</span>
          )}
        </div>
      )
    case 'standing':
      return (
        <StandingNote standing={action.standing} checkedAt={action.checkedAt}>
          <LinkButton to="/hosts/$hostId/stacks/$project/upgrade" params={stack.ref} variant="default">
            See versions
          </LinkButton>
        </StandingNote>
      )
    case 'could-not-check':
      return (
        <div className={classes.action} data-tone="unknown">
          <span className={`${classes.note} ${classes.tone}`}>
            <IconHelpCircle size={16} aria-hidden /> Could not check for newer versions
          </span>
          <span className={classes.note}>{action.error.message}</span>
          <Button variant="default" loading={versions.isFetching} onClick={() => void versions.refetch()}>
            Check again
          </Button>
        </div>
      )
    case 'checking':
      return (
        <div className={classes.action} role="status">
          <span className={classes.note}>
            <Loader size={14} aria-hidden /> Checking for newer versions
          </span>
        </div>
      )
  }
}

/** As the records of upgrades name it. */
function nameOf(offer: Offer): string {
  return offer.kind === 'version' ? offer.version : describeTarget(targetOf(offer.upgrades))
}

const STANDING_LOOKS: Record<Standing['kind'], readonly [icon: typeof IconCircleCheck, tone: Tone]> = {
  'up-to-date': [IconCircleCheck, 'ok'],
  'newer-for-some': [IconArrowUp, 'busy'],
  'tag-moved': [IconAlertTriangle, 'warn'],
  'tag-same': [IconEqual, 'idle'],
  unknown: [IconHelpCircle, 'unknown'],
}

interface StandingNoteProps {
  readonly standing: Standing
  readonly checkedAt: string
  /** Where to see more, for all but "up to date". */
  readonly children: ReactNode
}

function StandingNote({ standing: { kind, title, detail }, checkedAt, children }: StandingNoteProps) {
  const [Icon, tone] = STANDING_LOOKS[kind]
  return (
    <div className={classes.action} data-tone={tone}>
      <span className={`${classes.note} ${classes.tone}`}>
        <Icon size={16} aria-hidden /> {title}
      </span>
      {detail ? <span className={classes.note}>{detail}</span> : null}
      <span className={classes.foot}>
        <span className={classes.note}>
          <RelativeTime at={checkedAt} prefix="registry asked " />
        </span>
        {kind === 'up-to-date' ? null : children}
      </span>
    </div>
  )
}
