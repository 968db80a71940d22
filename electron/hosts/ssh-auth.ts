import type { AnyAuthMethod, AuthenticationType, ParsedKey, Prompt } from 'ssh2'
import type { SshHop } from '../../shared/contract/hosts.ts'
import { type ErrorCode, SlipwayError } from '../../shared/errors.ts'
import type { Ask } from './ask.ts'
import { expandHome, readKeyFile } from './key-files.ts'
import { Secret } from './secret.ts'
import type { SecretKeeper } from './secret-keeper.ts'
import { findAgent } from './ssh-agents.ts'

/** Wrong answers that a person may give before the attempt ends; sshd's own limit is six tries in all. */
const TRIES = 3

export interface SignInOptions {
  readonly hop: SshHop
  /** `user@host:port`, for questions and messages. */
  readonly address: string
  readonly ask: Ask
  readonly secrets: SecretKeeper
  readonly signal: AbortSignal
  /** Leaves the agent out: a server that counts its many keys as failures lets nobody come to the rest. */
  readonly skipAgent: boolean
}

interface Reply {
  /** Methods that the server still takes; null where it did not say. */
  readonly allowed: readonly string[] | null
  /** The last method was right, and another is wanted. */
  readonly partial: boolean
}

interface Pending {
  readonly name: string
  readonly secret: Secret
  readonly save: boolean
}

/**
 * Signs in to one hop, trying agent, key files, password and keyboard-interactive in this order, each only when the
 * server takes it. Remembers what was tried, so that a refusal can say it.
 */
export class SignIn {
  readonly #options: SignInOptions
  /** What was tried, in the order of trying, in the user's words. */
  readonly #tried: string[] = []
  /** Why something could not even be tried. */
  readonly #problems: { readonly code: ErrorCode; readonly text: string }[] = []
  /** Secrets in use of which the server has not said yet whether they are right. */
  readonly #pending = new Map<string, Pending>()
  readonly #steps: AsyncGenerator<AnyAuthMethod, void, Reply>
  #usedAgent = false

  constructor(options: SignInOptions) {
    this.#options = options
    this.#steps = this.#walk()
  }

  /** Whether leaving the agent out would change anything. */
  get usedAgent(): boolean {
    return this.#usedAgent
  }

  /** ssh2's `authHandler`: names the next method, or false when nothing is left. */
  readonly handler = (
    allowed: AuthenticationType[] | null,
    partial: boolean | null,
    next: (method: AnyAuthMethod | false) => void,
    fail: (error: unknown) => void,
  ): void => {
    this.#steps.next({ allowed, partial: partial === true }).then(
      ({ value, done }) => next(done === true || value === undefined ? false : value),
      (error: unknown) => {
        fail(error)
        next(false)
      },
    )
  }

  /** To be called when the server has let us in: what was typed was right, and may be kept. */
  async succeeded(): Promise<void> {
    for (const { name, secret, save } of this.#pending.values()) await this.#options.secrets.keep(name, secret, save)
    this.#pending.clear()
  }

  /** The error for a server that took none of it. */
  refusal(cause: unknown): SlipwayError {
    const { address, hop } = this.#options
    const tried = this.#tried.length > 0 ? `Tried: ${this.#tried.join(', ')}.` : 'There was nothing to try.'
    const problems = this.#problems.map(({ text }) => text).join(' ')
    const code = this.#tried.length === 0 ? this.#problems[0]?.code : undefined
    return new SlipwayError(code ?? 'host.auth-failed', `${address} did not let ${hop.user} in. ${tried}`, {
      state: 'Nothing was changed.',
      hint:
        problems !== ''
          ? problems
          : `Check the user name, and that one of your keys is in ~${hop.user}/.ssh/authorized_keys on the host.`,
      cause,
    })
  }

  async *#walk(): AsyncGenerator<AnyAuthMethod, void, Reply> {
    const { user: username, auth } = this.#options.hop
    let reply = yield { type: 'none', username }
    const allows = (method: string) => reply.allowed?.includes(method) ?? true

    const agent = allows('publickey') ? await this.#agent() : null
    if (agent !== null) reply = yield { type: 'agent', username, agent }
    for (const path of auth.keyFiles) {
      if (!allows('publickey')) break
      const key = await this.#key(expandHome(path))
      if (key) reply = yield { type: 'publickey', username, key }
    }
    if (!auth.password) return
    for (let attempt = 0; attempt < TRIES && allows('password'); attempt++) {
      const password = await this.#password(attempt > 0)
      if (!password) break
      reply = yield { type: 'password', username, password: password.reveal() }
      if (reply.partial) break
      await this.#drop('password')
    }
    // A password that was refused is most often the same one that keyboard-interactive would ask for.
    if (this.#tried.includes('a password') && !reply.partial) return
    for (let attempt = 0; attempt < TRIES && allows('keyboard-interactive'); attempt++) {
      const prompts = new Prompts(this.#options, this.#secretName('keyboard-interactive'), attempt > 0, this.#pending)
      if (attempt === 0) this.#tried.push('keyboard-interactive')
      reply = yield { type: 'keyboard-interactive', username, prompt: prompts.onPrompt }
      await this.#drop('keyboard-interactive')
      if (prompts.dismissed) return
    }
  }

  async #agent(): Promise<string | null> {
    if (this.#options.skipAgent) return null
    const search = await findAgent(this.#options.hop.auth.agent)
    if (search === null) return null
    if ('problem' in search) {
      this.#problems.push({ code: 'host.agent-unavailable', text: search.problem })
      return null
    }
    this.#usedAgent = true
    this.#tried.push('the keys of the SSH agent')
    return search.agent
  }

  async #key(path: string): Promise<ParsedKey | null> {
    const file = await readKeyFile(path)
    if (file.kind === 'unusable') {
      this.#problems.push({ code: 'host.key-file', text: file.problem })
      return null
    }
    const key = file.kind === 'ready' ? file.key : await this.#unlock(path, file.unlock)
    if (key) this.#tried.push(`the key ${path}`)
    return key
  }

  async #unlock(path: string, unlock: (passphrase: string) => ParsedKey | null): Promise<ParsedKey | null> {
    const { secrets } = this.#options
    const name = `passphrase:${path}`
    const known = await secrets.find(name)
    const knownKey = known && unlock(known.reveal())
    if (knownKey) return knownKey
    if (known) await secrets.drop(name)
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const retry = attempt > 0 || known !== null
      const prompts = [{ text: 'Passphrase', echo: false }]
      const answer = await askSecret(this.#options, { purpose: 'passphrase', about: path, prompts, retry })
      if (!answer) break
      const key = unlock(answer.values[0] ?? '')
      if (!key) continue
      await secrets.keep(name, new Secret(answer.values[0] ?? ''), answer.save)
      return key
    }
    const text = `The key file ${path} was left out: no right passphrase was given.`
    this.#problems.push({ code: 'host.key-file', text })
    return null
  }

  async #password(retry: boolean): Promise<Secret | null> {
    const name = this.#secretName('password')
    const known = retry ? null : await this.#options.secrets.find(name)
    if (!retry && known) this.#tried.push('a password')
    if (known) return known
    const prompts = [{ text: 'Password', echo: false }]
    const about = this.#options.hop.user
    const answer = await askSecret(this.#options, { purpose: 'password', about, prompts, retry })
    if (!answer) return null
    if (!retry) this.#tried.push('a password')
    const secret = new Secret(answer.values[0] ?? '')
    this.#pending.set(name, { name, secret, save: answer.save })
    return secret
  }

  #secretName(purpose: string): string {
    return `${purpose}:${this.#options.address}`
  }

  async #drop(purpose: string): Promise<void> {
    this.#pending.delete(this.#secretName(purpose))
    await this.#options.secrets.drop(this.#secretName(purpose))
  }
}

/** One try of keyboard-interactive: the server asks what it likes, as often as it likes. */
class Prompts {
  readonly #options: SignInOptions
  readonly #name: string
  readonly #retry: boolean
  readonly #pending: Map<string, Pending>
  dismissed = false

  constructor(options: SignInOptions, name: string, retry: boolean, pending: Map<string, Pending>) {
    this.#options = options
    this.#name = name
    this.#retry = retry
    this.#pending = pending
  }

  readonly onPrompt = (
    _title: string,
    instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ): void => {
    this.#answer(instructions, prompts).then(finish, () => {
      this.dismissed = true
      finish([])
    })
  }

  async #answer(instructions: string, prompts: readonly Prompt[]): Promise<string[]> {
    // A one-time code must not be sent twice; only what calls itself a password is remembered.
    const single = prompts.length === 1 && prompts[0]?.echo !== true && /password/i.test(prompts[0]?.prompt ?? '')
    const known = single && !this.#retry ? await this.#options.secrets.find(this.#name) : null
    if (known) return [known.reveal()]
    const shown = prompts.map(({ prompt, echo }) => ({ text: prompt.trim() || 'Answer', echo: echo === true }))
    const about = instructions || this.#options.hop.user
    const question = { purpose: 'keyboard-interactive', about, prompts: shown, retry: this.#retry } as const
    const answer = await askSecret(this.#options, question)
    this.dismissed = answer === null
    if (!answer) return []
    const secret = new Secret(answer.values[0] ?? '')
    if (single) this.#pending.set(this.#name, { name: this.#name, secret, save: answer.save })
    return [...answer.values]
  }
}

interface SecretQuestion {
  readonly purpose: 'password' | 'passphrase' | 'keyboard-interactive'
  readonly about: string
  readonly prompts: { text: string; echo: boolean }[]
  readonly retry: boolean
}

async function askSecret(
  { ask, address, secrets, signal }: SignInOptions,
  question: SecretQuestion,
): Promise<{ readonly values: readonly string[]; readonly save: boolean } | null> {
  const answer = await ask({ kind: 'secret', address, canSave: secrets.canSave, ...question }, signal)
  return answer.kind === 'secret' ? answer : null
}
