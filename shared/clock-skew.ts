import { SlipwayError } from './errors.ts'

/** Closer than this nobody is misled. */
const TOLERATED_MS = 30_000
/** Times that are further off put what happened at another moment than everybody remembers. */
const MISLEADING_MS = 5 * 60_000

/** `host.clock-skew` for a host whose clock is far from this computer's; null where it is not. */
export function findClockSkew(label: string, offsetMs: number): SlipwayError | null {
  if (Math.abs(offsetMs) <= TOLERATED_MS) return null
  const direction = offsetMs > 0 ? 'ahead of' : 'behind'
  return new SlipwayError(
    'host.clock-skew',
    `The clock of ${label} is ${formatSpan(Math.abs(offsetMs))} ${direction} this computer's.`,
    {
      state: "Locks and records have the host's times.",
      hint: 'Set the one that is wrong by network time (NTP). On a Linux host look with: timedatectl. Switch it on with: sudo timedatectl set-ntp true',
    },
  )
}

/** Whether nothing should be begun whose record would tell of such times. */
export function isMisleading(offsetMs: number): boolean {
  return Math.abs(offsetMs) > MISLEADING_MS
}

function formatSpan(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000)
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} min`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`
}
