import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import type { HostService } from '../../electron/hosts/host-service.ts'
import type { HostAnswer, HostQuestion } from '../../shared/contract/hosts.ts'

/** Puts what a connection asks to the person at the terminal; where there is none, nothing is answered. Returns how to stop. */
export function answerQuestions(hosts: HostService): () => void {
  const asked = new Set<string>()
  return hosts.subscribe(() => {
    for (const { id, status } of hosts.hosts) {
      if (status.kind !== 'question' || asked.has(status.question.id)) continue
      const { question } = status
      asked.add(question.id)
      void askPerson(question).then((answer) => hosts.answer(id, question.id, answer))
    }
  })
}

async function askPerson(question: HostQuestion): Promise<HostAnswer> {
  if (!process.stdin.isTTY) {
    console.error(`${sayQuestion(question)} Connect once in the app, or run this at a terminal.`)
    return { kind: 'dismiss' }
  }
  if (question.kind === 'host-key') {
    const answer = await ask(`${sayQuestion(question)} Trust this key? [y/N] `, true)
    return { kind: 'host-key', accept: /^y(es)?$/i.test(answer.trim()) }
  }
  const values: string[] = []
  for (const { text, echo } of question.prompts) values.push(await ask(`${question.about} ${text} `, echo))
  return { kind: 'secret', values, save: false }
}

function sayQuestion(question: HostQuestion): string {
  if (question.kind === 'secret') return `${question.address} asks for a ${question.purpose}.`
  return `The key of ${question.address} is not known yet: ${question.algorithm} ${question.fingerprint}.`
}

/** One line from the terminal; without echo nothing of it is shown. */
async function ask(prompt: string, echo: boolean): Promise<string> {
  process.stderr.write(prompt)
  const output = echo ? process.stderr : new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  try {
    return await terminal.question('')
  } finally {
    terminal.close()
    if (!echo) process.stderr.write('\n')
  }
}
