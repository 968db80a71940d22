import { IconClockPause, IconPlayerStop, IconPlugConnectedX, IconProgress } from '@tabler/icons-react'
import type { LogServiceState } from '../../shared/contract/logs.ts'
import type { StateLook } from '../lib/states.ts'

/** How the tail of a service stands. */
export const TAIL_LOOKS: Readonly<Record<LogServiceState['state'], StateLook>> = {
  following: { tone: 'ok', icon: IconProgress, word: 'following' },
  waiting: { tone: 'idle', icon: IconClockPause, word: 'waiting for a container' },
  reconnecting: { tone: 'warn', icon: IconPlugConnectedX, word: 'reconnecting' },
  ended: { tone: 'idle', icon: IconPlayerStop, word: 'ended' },
}

/** `json, detected`: by which format the lines of a service are read. */
export function formatText({ format, detected }: LogServiceState): string {
  if (format === '') return ''
  return detected ? `${format}, detected` : format
}
