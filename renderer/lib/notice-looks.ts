import { IconClockExclamation, IconEye, IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react'
import type { Notice, NoticeSettings } from '../../shared/contract/monitor.ts'
import { HEALTH_LOOKS, type StateLook } from './states.ts'

export type NoticeKind = Notice['kind']

/** How each kind of news looks. */
export const NOTICE_LOOKS: Record<NoticeKind, StateLook> = {
  down: HEALTH_LOOKS.down,
  degraded: HEALTH_LOOKS.degraded,
  recovered: { ...HEALTH_LOOKS.healthy, word: 'Recovered' },
  'watch-rule': { tone: 'busy', icon: IconEye, word: 'Watch rule' },
  'host-lost': { tone: 'bad', icon: IconPlugConnectedX, word: 'Host lost' },
  'host-back': { tone: 'ok', icon: IconPlugConnected, word: 'Host reached again' },
  clock: { tone: 'warn', icon: IconClockExclamation, word: 'Clock' },
}

/** What a switch for each kind says. */
export const NOTICE_KINDS: readonly (readonly [kind: keyof NoticeSettings['told'], words: string])[] = [
  ['down', 'A stack is down'],
  ['degraded', 'A stack is degraded'],
  ['recovered', 'A stack has recovered'],
  ['host-lost', 'A host cannot be reached'],
  ['host-back', 'A host is reached again'],
  ['watch-rule', 'A watch rule on the logs matches'],
  ['clock', 'The clock of this computer has jumped'],
]
