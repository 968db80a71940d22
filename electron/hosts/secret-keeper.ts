import { Secret } from './secret.ts'
import type { Vault } from './vault.ts'

/**
 * Passwords and passphrases of one host: in memory for as long as the app runs, so that a reconnect does not ask
 * again, and in the vault where the user said so.
 */
export class SecretKeeper {
  readonly #hostId: string
  readonly #vault: Vault
  readonly #remembered = new Map<string, Secret>()
  /** Why the vault did not take the last one. */
  #refusal: string | null = null

  constructor(hostId: string, vault: Vault) {
    this.#hostId = hostId
    this.#vault = vault
  }

  /** `true`, or the reason why secrets cannot be kept. */
  get canSave(): true | string {
    const { available, reason } = this.#vault.availability()
    if (available && this.#refusal !== null) return this.#refusal
    return available ? true : (reason ?? 'This computer has no keychain that Slipway can use.')
  }

  async find(name: string): Promise<Secret | null> {
    const remembered = this.#remembered.get(name)
    if (remembered) return remembered
    const saved = await this.#vault.get(this.#key(name))
    return saved === null ? null : new Secret(saved)
  }

  /** Called once the secret has proven right: a vault that does not take it is no reason not to go on with it. */
  async keep(name: string, secret: Secret, save: boolean): Promise<void> {
    this.#remembered.set(name, secret)
    if (!save || this.canSave !== true) return
    try {
      await this.#vault.set(this.#key(name), secret.reveal())
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#refusal = `The keychain of this computer did not take the last one (${why}). Start Slipway again to try it once more.`
    }
  }

  /** Drops a secret that has proven wrong. */
  async drop(name: string): Promise<void> {
    this.#remembered.delete(name)
    await this.#vault.delete(this.#key(name))
  }

  /** What is kept in the vault, by name. */
  async savedNames(): Promise<string[]> {
    const prefix = this.#key('')
    return (await this.#vault.list(prefix)).map((key) => key.slice(prefix.length))
  }

  async forgetAll(): Promise<void> {
    this.#remembered.clear()
    for (const name of await this.savedNames()) await this.#vault.delete(this.#key(name))
  }

  #key(name: string): string {
    return `host/${this.#hostId}/${name}`
  }
}
