import { randomUUID } from 'node:crypto'
import type { HostAnswer, HostQuestion } from '../../shared/contract/hosts.ts'
import type { QuestionDraft } from './ask.ts'

/** The one question that a host may have open, and who waits for its answer. */
export class OpenQuestion {
  #question: HostQuestion | null = null
  #resolve: (answer: HostAnswer) => void = () => {}

  /** Puts a question and waits; rejects when the signal aborts. `show` returns how to take it away again. */
  async ask(
    draft: QuestionDraft,
    signal: AbortSignal,
    show: (question: HostQuestion) => () => void,
  ): Promise<HostAnswer> {
    const question = { ...draft, id: randomUUID() } as HostQuestion
    const answered = new Promise<HostAnswer>((resolve, reject) => {
      this.#question = question
      this.#resolve = resolve
      if (signal.aborted) reject(signal.reason)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    const hide = show(question)
    try {
      return await answered
    } finally {
      if (this.#question === question) this.#question = null
      hide()
    }
  }

  /** Gives the answer; one to a question that is no longer open is passed over. */
  answer(questionId: string, answer: HostAnswer): void {
    if (this.#question?.id === questionId) this.#resolve(answer)
  }
}
