import {
  IconAlertTriangle,
  IconBug,
  IconCircleDashed,
  IconCircleX,
  IconInfoCircle,
  IconRoute,
  IconSkull,
} from '@tabler/icons-react'
import type { LogCounts } from '../../shared/contract/logs.ts'
import type { StateLook } from '../lib/states.ts'

/** A level, or that a line has none. */
export type LevelKey = keyof LogCounts

/** The gravest first, as they are offered. */
export const LEVEL_KEYS: readonly LevelKey[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'none']

/** Only what asks for attention has a colour; the rest is quiet. */
export const LEVEL_LOOKS: Readonly<Record<LevelKey, StateLook>> = {
  fatal: { tone: 'bad', icon: IconSkull, word: 'fatal' },
  error: { tone: 'bad', icon: IconCircleX, word: 'error' },
  warn: { tone: 'warn', icon: IconAlertTriangle, word: 'warn' },
  info: { tone: 'busy', icon: IconInfoCircle, word: 'info' },
  debug: { tone: 'idle', icon: IconBug, word: 'debug' },
  trace: { tone: 'idle', icon: IconRoute, word: 'trace' },
  none: { tone: 'idle', icon: IconCircleDashed, word: 'no level' },
}
