import type { HostAnswer, HostQuestion } from '../../shared/contract/hosts.ts'

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never

/** A question before it has an id. */
export type QuestionDraft = WithoutId<HostQuestion>

/** Puts a question to the person and waits; rejects when the connection attempt is given up. */
export type Ask = (question: QuestionDraft, signal: AbortSignal) => Promise<HostAnswer>
