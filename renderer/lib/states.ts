import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleX,
  IconHelpCircle,
  IconHourglass,
  IconMessageQuestion,
  IconPlayerPause,
  IconPlayerStop,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlugX,
  IconProgress,
  IconTool,
} from '@tabler/icons-react'
import type { HostStatus, HostView } from '../../shared/contract/hosts.ts'
import type { Outcome, StepRecord } from '../../shared/contract/operations.ts'
import type { ContainerView, Health, Verdict } from '../../shared/contract/stacks.ts'
import type { Tone } from '../theme.ts'

/** How a state looks: always an icon and a word, the tone only besides. */
export interface StateLook {
  readonly tone: Tone
  readonly icon: typeof IconCircleCheck
  readonly word: string
}

export const HEALTH_LOOKS: Record<Health, StateLook> = {
  healthy: { tone: 'ok', icon: IconCircleCheck, word: 'Healthy' },
  starting: { tone: 'busy', icon: IconProgress, word: 'Starting' },
  maintenance: { tone: 'busy', icon: IconTool, word: 'Maintenance' },
  degraded: { tone: 'warn', icon: IconAlertTriangle, word: 'Degraded' },
  unknown: { tone: 'unknown', icon: IconHelpCircle, word: 'Unknown' },
  down: { tone: 'bad', icon: IconCircleX, word: 'Down' },
}

/** Worst last, as the contract orders them. */
const HEALTH_ORDER: readonly Health[] = ['healthy', 'starting', 'maintenance', 'degraded', 'unknown', 'down']

/** The state to show for several: the worst of them; null where there is nothing to judge. */
export function worstHealth(healths: readonly Health[]): Health | null {
  return healths.reduce<Health | null>(
    (worst, health) => (worst && HEALTH_ORDER.indexOf(worst) >= HEALTH_ORDER.indexOf(health) ? worst : health),
    null,
  )
}

export const HOST_LOOKS: Record<HostStatus['kind'], StateLook> = {
  idle: { tone: 'idle', icon: IconPlugX, word: 'Not connected' },
  connecting: { tone: 'busy', icon: IconProgress, word: 'Connecting' },
  question: { tone: 'warn', icon: IconMessageQuestion, word: 'Needs an answer' },
  connected: { tone: 'ok', icon: IconPlugConnected, word: 'Connected' },
  waiting: { tone: 'warn', icon: IconHourglass, word: 'Waiting to retry' },
  failed: { tone: 'bad', icon: IconPlugConnectedX, word: 'Failed' },
}

/** A connected host whose engine cannot be used is not good news. */
export function hostLook({ status, engine }: Pick<HostView, 'status' | 'engine'>): StateLook {
  if (status.kind === 'idle' && status.asks !== undefined) return HOST_LOOKS.question
  if (status.kind !== 'connected') return HOST_LOOKS[status.kind]
  if (engine.kind === 'failed') return { tone: 'bad', icon: IconCircleX, word: 'Engine unreachable' }
  if (engine.kind === 'sudo-offer') return { ...HOST_LOOKS.question, word: 'Needs an answer' }
  return HOST_LOOKS.connected
}

export const VERDICT_LOOKS: Record<Verdict, StateLook> = {
  passed: { tone: 'ok', icon: IconCircleCheck, word: 'Passed' },
  warning: { tone: 'warn', icon: IconAlertTriangle, word: 'Warning' },
  failed: { tone: 'bad', icon: IconCircleX, word: 'Failed' },
  unknown: { tone: 'unknown', icon: IconHelpCircle, word: 'Unknown' },
}

export const STEP_LOOKS: Record<StepRecord['status'], StateLook> = {
  pending: { tone: 'idle', icon: IconCircleDashed, word: 'Pending' },
  running: { tone: 'busy', icon: IconProgress, word: 'Running' },
  done: { tone: 'ok', icon: IconCircleCheck, word: 'Done' },
  failed: { tone: 'bad', icon: IconCircleX, word: 'Failed' },
  skipped: { tone: 'idle', icon: IconCircleMinus, word: 'Skipped' },
  undoing: { tone: 'busy', icon: IconProgress, word: 'Undoing' },
  undone: { tone: 'idle', icon: IconArrowBackUp, word: 'Undone' },
  'undo-failed': { tone: 'bad', icon: IconCircleX, word: 'Undo failed' },
}

export const OUTCOME_LOOKS: Record<Outcome, StateLook> = {
  running: { tone: 'busy', icon: IconProgress, word: 'Running' },
  interrupted: { tone: 'warn', icon: IconPlayerPause, word: 'Interrupted' },
  succeeded: { tone: 'ok', icon: IconCircleCheck, word: 'Succeeded' },
  'succeeded-unhealthy': { tone: 'warn', icon: IconAlertTriangle, word: 'Finished unhealthy' },
  stopped: { tone: 'idle', icon: IconPlayerStop, word: 'Stopped' },
  'rolled-back': { tone: 'warn', icon: IconArrowBackUp, word: 'Rolled back' },
  'rollback-failed': { tone: 'bad', icon: IconCircleX, word: 'Rollback failed' },
  failed: { tone: 'bad', icon: IconCircleX, word: 'Failed' },
}

const CONTAINER_TONES: Record<ContainerView['state'], StateLook> = {
  created: { tone: 'idle', icon: IconCircleDashed, word: 'Created' },
  running: { tone: 'ok', icon: IconCircleCheck, word: 'Running' },
  paused: { tone: 'warn', icon: IconPlayerPause, word: 'Paused' },
  restarting: { tone: 'warn', icon: IconProgress, word: 'Restarting' },
  removing: { tone: 'idle', icon: IconCircleMinus, word: 'Removing' },
  exited: { tone: 'idle', icon: IconPlayerStop, word: 'Exited' },
  dead: { tone: 'bad', icon: IconCircleX, word: 'Dead' },
}

/** A container's state; `running` alone is green only when its own health check does not disagree. */
export function containerLook(
  container: Pick<ContainerView, 'state' | 'health' | 'exitCode' | 'oomKilled'>,
): StateLook {
  const look = CONTAINER_TONES[container.state]
  if (container.oomKilled && container.state !== 'running') {
    return { tone: 'bad', icon: IconCircleX, word: 'Killed: out of memory' }
  }
  if (container.state === 'exited' && container.exitCode !== null && container.exitCode !== 0) {
    return { tone: 'bad', icon: IconCircleX, word: `Exited with ${container.exitCode}` }
  }
  if (container.state !== 'running' || container.health === null) return look
  if (container.health === 'healthy') return { ...look, word: 'Running, healthy' }
  if (container.health === 'starting') return { tone: 'busy', icon: IconProgress, word: 'Running, starting' }
  return { tone: 'bad', icon: IconCircleX, word: 'Running, unhealthy' }
}
