import { bomb, cutOff, foreignText, hugeFile, spoiltText } from './break-files.ts'
import {
  type BrokenRunbook,
  badNumber,
  badText,
  circle,
  double,
  missingKey,
  missingService,
  unknownKey,
  wrongType,
} from './break-values.ts'
import { Random } from './random.ts'

/** How many of each kind: two hundred in all. */
const KINDS: readonly (readonly [count: number, make: (random: Random) => BrokenRunbook])[] = [
  [44, wrongType],
  [20, unknownKey],
  [12, missingKey],
  [44, badText],
  [14, badNumber],
  [14, missingService],
  [5, double],
  [6, circle],
  [8, cutOff],
  [10, spoiltText],
  [9, foreignText],
  [8, bomb],
  [6, hugeFile],
]

/** Runbooks of which each has a fault, all different, the same ones for a seed. */
export function malformedRunbooks(seed: number): BrokenRunbook[] {
  const random = new Random(seed)
  const made = new Map<string, BrokenRunbook>()
  for (const [count, make] of KINDS) {
    for (const goal = made.size + count; made.size < goal; ) {
      const one = make(random)
      made.set(one.fault, one)
    }
  }
  return [...made.values()]
}
