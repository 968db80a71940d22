import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LockView, OperationKind, Owner } from '../../shared/contract/operations.ts'
import { isSlipwayError, SlipwayError } from '../../shared/errors.ts'
import {
  ENDED_STALE_AFTER_MS,
  HEARTBEAT_INTERVAL_MS,
  isSameHolding,
  isStale,
  type LockFile,
  lockFileSchema,
  viewLock,
} from '../../shared/operations/lock-state.ts'
import type { Host } from '../hosts/host.ts'
import { DIRECTORY_MODE, FILE_MODE, layOut } from './layout.ts'
import { isOwnerGone } from './owner.ts'

/** A heartbeat is not held up for longer by a host that is too busy to tell its time. */
const CLOCK_TIMEOUT_MS = 2_000

/** What a lock is taken for. */
export interface LockRequest {
  readonly owner: Owner
  readonly operationId: string
  readonly kind: OperationKind
  readonly step: string
}

/**
 * The lock of a stack as it is on the host; null when it is free. A lock directory without a readable file is
 * one that is being taken this moment, or was left by a crash in that moment: then its age tells.
 */
export async function readLock(host: Host, slipwayDirectory: string, signal?: AbortSignal): Promise<LockFile | null> {
  const { lock, lockFile } = layOut(slipwayDirectory)
  const options = signal === undefined ? {} : { signal }
  try {
    const parsed = lockFileSchema.safeParse(parseJson((await host.files.read(lockFile, options)).toString('utf8')))
    if (parsed.success) return parsed.data
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  const directory = await host.files.stat(lock, options)
  if (directory === null) return null
  const at = new Date(directory.modifiedAtMs).toISOString()
  const owner = { user: 'unknown', machine: 'unknown', instance: 'unknown' }
  return { owner, operationId: '', kind: 'upgrade', step: 'lock', acquiredAt: at, heartbeatAt: at }
}

/** The lock for people and for other apps, judged by the host's clock of this moment. */
export async function describeLock(host: Host, lock: LockFile, me: Owner, signal?: AbortSignal): Promise<LockView> {
  const nowMs = await host.readClock(signal === undefined ? {} : { signal })
  return viewLock(lock, me, nowMs, isOwnerGone(lock.owner, me))
}

/**
 * Where this app let go of an operation a moment ago, what that did on the host may go on for some seconds without it:
 * waits for as long.
 */
export async function outlastOwnWork(
  host: Host,
  slipwayDirectory: string,
  request: Pick<LockRequest, 'owner' | 'operationId'>,
  signal: AbortSignal,
): Promise<void> {
  const held = await readLock(host, slipwayDirectory, signal)
  if (held === null || !isOwn(held, request)) return
  const leftMs = Date.parse(held.heartbeatAt) + ENDED_STALE_AFTER_MS - (await host.readClock({ signal }))
  // A timer may fire a moment early.
  if (leftMs > 0) await sleep(Math.min(leftMs, ENDED_STALE_AFTER_MS) + 1, undefined, { signal })
}

/**
 * The held lock of one stack. Writes a heartbeat every five seconds; when it finds that somebody else has the
 * lock, or that it is gone, `lost` aborts, and with it the work.
 */
export class StackLock implements AsyncDisposable {
  readonly #host: Host
  readonly #slipwayDirectory: string
  readonly #lost = new AbortController()
  #file: LockFile
  #timer: NodeJS.Timeout | null = null
  #writing: Promise<void> = Promise.resolve()

  private constructor(host: Host, slipwayDirectory: string, file: LockFile) {
    this.#host = host
    this.#slipwayDirectory = slipwayDirectory
    this.#file = file
  }

  /** Takes a free lock; `operation.locked` with the holder's name and time when it is not free. */
  static async acquire(host: Host, slipwayDirectory: string, request: LockRequest): Promise<StackLock> {
    const { lock } = layOut(slipwayDirectory)
    const at = new Date(await host.readClock()).toISOString()
    if (!(await host.files.makeDirectory(lock, { mode: DIRECTORY_MODE }))) {
      const held = await readLock(host, slipwayDirectory)
      // Freed between the two looks: the next try gets it.
      if (held === null) return StackLock.acquire(host, slipwayDirectory, request)
      throw await lockedError(host, held, request.owner)
    }
    try {
      return await StackLock.#begin(host, slipwayDirectory, { ...request, acquiredAt: at, heartbeatAt: at })
    } catch (error) {
      await host.files.removeTree(lock).catch(() => undefined)
      throw error
    }
  }

  /**
   * Takes a lock over from an app that is not heard of any more, or what this app has let go of. Of several that try, one
   * wins: the claim is a directory made inside the lock, and only its maker may write the lock's file. The lock is never
   * free between two.
   */
  static async takeOver(
    host: Host,
    slipwayDirectory: string,
    request: LockRequest,
  ): Promise<{ lock: StackLock; from: Owner | null }> {
    const held = await readLock(host, slipwayDirectory)
    if (held === null) return { lock: await StackLock.acquire(host, slipwayDirectory, request), from: null }
    if (!isOwn(held, request) && !(await mayTakeOver(host, held, request.owner)))
      throw await lockedError(host, held, request.owner)
    const at = new Date(await host.readClock()).toISOString()
    const claimed = await claim(host, slipwayDirectory, held, request.owner)
    try {
      const file = { ...request, acquiredAt: at, heartbeatAt: at }
      return { lock: await StackLock.#begin(host, slipwayDirectory, file), from: held.owner }
    } finally {
      // One that stays is passed over once it is as old as a stale lock.
      await host.files.remove(claimed).catch(() => undefined)
    }
  }

  static async #begin(host: Host, slipwayDirectory: string, file: LockFile): Promise<StackLock> {
    const held = new StackLock(host, slipwayDirectory, file)
    await held.#write()
    held.#timer = setInterval(() => held.#beat(), HEARTBEAT_INTERVAL_MS)
    return held
  }

  /** Aborts with `operation.lock-lost`. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  get file(): LockFile {
    return this.#file
  }

  /** Tells others which step is under way, and makes sure that the lock is still ours. Throws `operation.lock-lost`. */
  async enterStep(step: string): Promise<void> {
    this.#lost.signal.throwIfAborted()
    this.#file = { ...this.#file, step }
    await this.#refresh()
    this.#lost.signal.throwIfAborted()
  }

  /** Gives the lock back. Another's lock is left alone. */
  async release(): Promise<void> {
    this.abandon()
    await this.#writing
    const held = await readLock(this.#host, this.#slipwayDirectory)
    if (held === null || !isSameHolding(held, this.#file)) return
    await moveAway(this.#host, this.#slipwayDirectory)
  }

  /** Stops the heartbeat and leaves the lock where it is: the next start, or a teammate, finds what was under way. */
  abandon(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }

  /**
   * A heartbeat that cannot be written is no loss yet: the connection may be back before anybody notices, and no
   * step begins without a look at the lock.
   */
  #beat(): void {
    this.#refresh().catch(() => undefined)
  }

  /** One at a time, so that a slow heartbeat never overwrites a newer step. */
  #refresh(): Promise<void> {
    const next = this.#writing.then(async () => {
      // Asked first: between the look at the lock and the writing there must be no time for anybody to take it.
      const heartbeatAt = new Date(await this.#now()).toISOString()
      const held = await readLock(this.#host, this.#slipwayDirectory)
      if (held === null) return this.#lose('it is gone')
      if (!isSameHolding(held, this.#file)) return this.#lose(`${nameOwner(held.owner)} took it over`)
      // Let go of meanwhile: somebody may take it over this moment.
      if (this.#timer === null) return
      this.#file = { ...this.#file, heartbeatAt }
      // On a full disk the lock is still ours. A rollback must be able to go on there.
      await this.#write().catch((error: unknown) => {
        if (!isSlipwayError(error) || error.code !== 'host.disk-full') throw error
      })
    })
    this.#writing = next.catch(() => undefined)
    return next
  }

  /** The host's clock may be set under way, and others judge the heartbeat by it. */
  #now(): Promise<number> {
    return this.#host.readClock({ timeoutMs: CLOCK_TIMEOUT_MS }).catch(() => this.#host.now())
  }

  async #write(): Promise<void> {
    const { lockFile } = layOut(this.#slipwayDirectory)
    await this.#host.files.writeAtomic(lockFile, `${JSON.stringify(this.#file, null, 2)}\n`, { mode: FILE_MODE })
  }

  #lose(how: string): void {
    this.abandon()
    this.#lost.abort(
      new SlipwayError('operation.lock-lost', `The lock of this stack on ${this.#host.label} was lost: ${how}.`, {
        state: 'This app has stopped working on the stack, and has undone nothing.',
        hint: 'Look at the history of the stack: whoever holds the lock now goes on from the journal.',
      }),
    )
  }
}

/** `operation.locked`, with who and since when. */
export async function lockedError(host: Host, held: LockFile, me: Owner): Promise<SlipwayError> {
  const left = await mayTakeOver(host, held, me)
  const what = held.operationId === '' ? 'An operation' : `The ${held.kind} ${held.operationId}`
  return new SlipwayError(
    'operation.locked',
    left
      ? `${what}, begun by ${nameOwner(held.owner)} at ${held.acquiredAt}, was interrupted at ${held.heartbeatAt}.`
      : `${nameOwner(held.owner)} has been working on this stack on ${host.label} since ${held.acquiredAt}.`,
    {
      state: 'Nothing was changed.',
      hint: left ? 'Resume it or roll it back first.' : 'Wait until it has ended, or ask them.',
      retryable: !left,
      details: {
        user: held.owner.user,
        machine: held.owner.machine,
        acquiredAt: held.acquiredAt,
        heartbeatAt: held.heartbeatAt,
        step: held.step,
        operationId: held.operationId,
      },
    },
  )
}

export function nameOwner(owner: Owner): string {
  return `${owner.user} on ${owner.machine}`
}

/** Whether this very app holds the lock, for this operation. */
function isOwn(held: LockFile, { owner, operationId }: Pick<LockRequest, 'owner' | 'operationId'>): boolean {
  return held.owner.instance === owner.instance && held.operationId === operationId
}

async function mayTakeOver(host: Host, held: LockFile, me: Owner): Promise<boolean> {
  return (await describeLock(host, held, me)).stale
}

/** Makes the claim; resolves with its directory. */
async function claim(host: Host, slipwayDirectory: string, stale: LockFile, me: Owner): Promise<string> {
  const directory = `${layOut(slipwayDirectory).lock}/taken-over`
  const lost = async () => lockedError(host, (await readLock(host, slipwayDirectory)) ?? stale, me)
  if (!(await makeClaim(host, directory))) throw await lost()
  // The lock may have changed hands since it was looked at, and then the claim lies in somebody's live lock.
  const now = await readLock(host, slipwayDirectory)
  if (now !== null && isUnchanged(now, stale)) return directory
  await host.files.remove(directory)
  throw await lost()
}

/** A lock without a file has only its directory's time, which the claim itself has just changed. */
function isUnchanged(now: LockFile, stale: LockFile): boolean {
  if (stale.operationId === '') return now.operationId === ''
  return isSameHolding(now, stale) && now.heartbeatAt === stale.heartbeatAt
}

/** Whoever made a claim and died before using it must not block everybody for ever. */
async function makeClaim(host: Host, directory: string): Promise<boolean> {
  if (await tryMake(host, directory)) return true
  const made = await host.files.stat(directory)
  if (made !== null && isStale(new Date(made.modifiedAtMs).toISOString(), await host.readClock())) {
    await host.files.remove(directory)
    return tryMake(host, directory)
  }
  return false
}

async function tryMake(host: Host, directory: string): Promise<boolean> {
  try {
    return await host.files.makeDirectory(directory, { mode: DIRECTORY_MODE })
  } catch (error) {
    // The lock was given back meanwhile.
    if (isMissing(error)) return false
    throw error
  }
}

/** Renamed first, which is atomic, and removed then: nobody ever sees half a lock. */
async function moveAway(host: Host, slipwayDirectory: string): Promise<void> {
  const { lock } = layOut(slipwayDirectory)
  const aside = `${lock}-${randomBytes(6).toString('hex')}`
  await host.files.rename(lock, aside)
  await host.files.removeTree(aside)
}

function isMissing(error: unknown): boolean {
  return isSlipwayError(error) && error.code === 'host.file-missing'
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
