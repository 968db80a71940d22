import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import ssh2, { type AnyAuthMethod, type AuthenticationType, type ParsedKey, type Prompt } from 'ssh2'
import type { SshHop } from '../../shared/contract/hosts.ts'
import { SlipwayError } from '../../shared/errors.ts'
import type { Ask } from './ask.ts'
import { Secret } from './secret.ts'
import type { SecretKeeper } from './secret-keeper.ts'

/** Wrong passwords that a person may give before the attempt ends; sshd's own limit is six tries in all. */
const PASSWORD_TRIES = 3
const WINDOWS_AGENT_PIPE = '\\\\.\\pipe\\openssh-ssh-agent'

export interface SignInOptions {
  readonly hop: SshHop
  /** `user@host:port`, for questions and messages. */
  readonly address: string
  readonly ask: Ask
  readonly secrets: SecretKeeper
  readonly signal: AbortSignal
}

/** Replaces a leading `~`. */
export function expandHome(path: string): string {
  return path === '~' || path.startsWith('~/') ? homedir() + path.slice(1) : path
}

/**
 * Signs in to one hop, trying agent, key files, password and keyboard-interactive in this order, each only when the
 * server takes it. Remembers what was tried, so that a refusal can say it.
 */
export class SignIn {
  readonly #options: SignInOptions
  /** What was tried, in the order of trying, in the user's words. */
  readonly tried: string[] = []
  /** Why something could not even be tried. */
  readonly problems: string[] = []
  /** Set when a secret was used and the server has not yet said whether it is right. */
  #pending: { readonly name: string; readonly secret: Secret; readonly save: boolean } | null = null
  readonly #steps: AsyncGenerator<AnyAuthMethod, void, readonly string[] | null>

  constructor(options: SignInOptions) {
    this.#options = options
    this.#steps = this.#walk()
  }

  /** ssh2's `authHandler`: yields the next method, or ends with `failure` when nothing is left. */
  readonly handler = (
    methodsLeft: AuthenticationType[] | null,
    _partial: boolean | null,
    next: (method: AnyAuthMethod | false) => void,
    fail: (error: unknown) => void,
  ): void => {
    this.#steps.next(methodsLeft).then(
      ({ value, done }) => next(done === true || value === undefined ? false : value),
      (error: unknown) => {
        fail(error)
        next(false)
      },
    )
  }

  /** To be called when the server has let us in: what was typed was right, and may be kept. */
  async succeeded(): Promise<void> {
    if (this.#pending) await this.#options.secrets.keep(this.#pending.name, this.#pending.secret, this.#pending.save)
    this.#pending = null
  }

  /** The error for a server that took none of it. */
  refusal(cause: unknown): SlipwayError {
    const { address, hop } = this.#options
    const tried = this.tried.length > 0 ? `Tried: ${this.tried.join(', ')}.` : 'There was nothing to try.'
    return new SlipwayError('host.auth-failed', `${address} did not let ${hop.user} in. ${tried}`, {
      state: 'Nothing was changed.',
      hint:
        this.problems.length > 0
          ? this.problems.join(' ')
          : `Check the user name, and that one of your keys is in ~${hop.user}/.ssh/authorized_keys on the host.`,
      cause,
    })
  }

  async *#walk(): AsyncGenerator<AnyAuthMethod, void, readonly string[] | null> {
    const { user, auth } = this.#options.hop
    let allowed = yield { type: 'none', username: user }
    const allows = (method: string) => allowed === null || allowed === undefined || allowed.includes(method)

    const agent = allows('publickey') ? await this.#agent() : null
    if (agent) {
      this.tried.push('the keys of the SSH agent')
      allowed = yield { type: 'agent', username: user, agent }
    }
    for (const keyFile of auth.keyFiles) {
      if (!allows('publickey')) break
      const key = await this.#key(expandHome(keyFile))
      if (!key) continue
      this.tried.push(`the key ${keyFile}`)
      allowed = yield { type: 'publickey', username: user, key }
    }
    if (!auth.password) return
    for (let attempt = 0; attempt < PASSWORD_TRIES && allows('password'); attempt++) {
      const password = await this.#password(attempt > 0)
      if (!password) return
      if (attempt === 0) this.tried.push('a password')
      allowed = yield { type: 'password', username: user, password: password.reveal() }
    }
    if (this.tried.includes('a password')) await this.#drop('password')
    else if (allows('keyboard-interactive')) {
      this.tried.push('keyboard-interactive')
      yield { type: 'keyboard-interactive', username: user, prompt: this.#onPrompt }
      await this.#drop('keyboard-interactive')
    }
  }

  async #agent(): Promise<string | null> {
    const setting = this.#options.hop.auth.agent
    if (setting === 'none') return null
    const path = setting === 'auto' ? defaultAgent() : expandHome(setting)
    if (path === null) return null
    const count = await countIdentities(path)
    if (typeof count === 'number') {
      if (count === 0) this.problems.push('The SSH agent holds no keys (see ssh-add -l).')
      return count > 0 ? path : null
    }
    // A missing default agent is nothing to complain about; one that was asked for by name is.
    if (setting !== 'auto') this.problems.push(`The SSH agent at ${setting} did not answer: ${count.message}.`)
    return null
  }

  async #key(path: string): Promise<ParsedKey | null> {
    const content = await this.#readKey(path)
    if (content === null) return null
    const parsed = firstKey(ssh2.utils.parseKey(content))
    if (!(parsed instanceof Error)) return parsed
    if (!/passphrase|encrypted/i.test(parsed.message)) {
      this.problems.push(`The key file ${path} cannot be used: ${parsed.message}.`)
      return null
    }
    return this.#encryptedKey(path, content)
  }

  async #readKey(path: string): Promise<Buffer | null> {
    try {
      const { mode } = await stat(path)
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
        this.problems.push(`Others can read the key file ${path}; sshd's own tools refuse that. Run: chmod 600 ${path}`)
      }
      return await readFile(path)
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'does not exist' : 'cannot be read'
      this.problems.push(`The key file ${path} ${reason}.`)
      return null
    }
  }

  async #encryptedKey(path: string, content: Buffer): Promise<ParsedKey | null> {
    const name = `passphrase:${path}`
    const known = await this.#options.secrets.find(name)
    if (known) {
      const key = firstKey(ssh2.utils.parseKey(content, known.reveal()))
      if (!(key instanceof Error)) return key
      await this.#options.secrets.drop(name)
    }
    for (let attempt = 0; attempt < PASSWORD_TRIES; attempt++) {
      const answer = await this.#askFor('passphrase', path, [{ text: 'Passphrase', echo: false }], attempt > 0)
      if (!answer) break
      const key = firstKey(ssh2.utils.parseKey(content, answer.values[0] ?? ''))
      if (key instanceof Error) continue
      await this.#options.secrets.keep(name, new Secret(answer.values[0] ?? ''), answer.save)
      return key
    }
    this.problems.push(`The key file ${path} was left out: no right passphrase was given.`)
    return null
  }

  async #password(retry: boolean): Promise<Secret | null> {
    if (retry) await this.#drop('password')
    const known = retry ? null : await this.#options.secrets.find(this.#secretName('password'))
    if (known) return known
    const prompts = [{ text: 'Password', echo: false }]
    const answer = await this.#askFor('password', this.#options.hop.user, prompts, retry)
    if (!answer) return null
    const secret = new Secret(answer.values[0] ?? '')
    this.#pending = { name: this.#secretName('password'), secret, save: answer.save }
    return secret
  }

  readonly #onPrompt = (
    _name: string,
    instructions: string,
    _language: string,
    prompts: Prompt[],
    finish: (answers: string[]) => void,
  ): void => {
    this.#answerPrompts(instructions, prompts).then(finish, () => finish([]))
  }

  async #answerPrompts(instructions: string, prompts: readonly Prompt[]): Promise<string[]> {
    if (prompts.length === 0) return []
    const name = this.#secretName('keyboard-interactive')
    const single = prompts.length === 1 && prompts[0]?.echo !== true
    const known = single ? await this.#options.secrets.find(name) : null
    if (known) return [known.reveal()]
    const shown = prompts.map((prompt) => ({ text: prompt.prompt.trim() || 'Answer', echo: prompt.echo === true }))
    const answer = await this.#askFor('keyboard-interactive', instructions || this.#options.hop.user, shown, false)
    if (!answer) return []
    if (single) this.#pending = { name, secret: new Secret(answer.values[0] ?? ''), save: answer.save }
    return [...answer.values]
  }

  async #askFor(
    purpose: 'password' | 'passphrase' | 'keyboard-interactive',
    about: string,
    prompts: { text: string; echo: boolean }[],
    retry: boolean,
  ): Promise<{ readonly values: readonly string[]; readonly save: boolean } | null> {
    const { ask, address, secrets, signal } = this.#options
    const question = { kind: 'secret', address, purpose, about, prompts, retry, canSave: secrets.canSave } as const
    const answer = await ask({ ...question, prompts }, signal)
    return answer.kind === 'secret' ? answer : null
  }

  #secretName(purpose: string): string {
    return `${purpose}:${this.#options.address}`
  }

  async #drop(purpose: string): Promise<void> {
    this.#pending = null
    await this.#options.secrets.drop(this.#secretName(purpose))
  }
}

function firstKey(parsed: ParsedKey | ParsedKey[] | Error): ParsedKey | Error {
  if (!Array.isArray(parsed)) return parsed
  return parsed[0] ?? new Error('it holds no key')
}

function defaultAgent(): string | null {
  const socket = process.env.SSH_AUTH_SOCK
  if (socket !== undefined && socket !== '') return socket
  return process.platform === 'win32' ? WINDOWS_AGENT_PIPE : null
}

/** How many keys an agent holds; on Windows, Pageant is asked when the OpenSSH pipe does not answer. */
function countIdentities(path: string): Promise<number | Error> {
  return new Promise((resolve) => {
    try {
      ssh2.createAgent(path).getIdentities((error, keys) => resolve(error ?? keys?.length ?? 0))
    } catch (error) {
      resolve(error instanceof Error ? error : new Error(String(error)))
    }
  })
}
