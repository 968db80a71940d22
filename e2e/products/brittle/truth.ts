import { createHash } from 'node:crypto'
import type { SampleHost } from '../../host/sample-host.ts'
import { ProductTruth } from '../../product-truth.ts'
import { asReporter, createExecSend, parseSecrets, type Send } from './access.ts'
import { exerciseBrittle, inOrder } from './exercise.ts'
import { type Fingerprint, readFingerprint } from './fingerprint.ts'
import { seedBrittle } from './seed.ts'

interface ListedSession {
  readonly id: string
  readonly title: string
  readonly status: string
}

/** The truth about a Brittle stack, asked on the host itself and past Slipway. */
export class BrittleTruth extends ProductTruth {
  readonly #ask: Send

  private constructor(sample: SampleHost, ask: Send) {
    super(sample, 'brittle')
    this.#ask = ask
  }

  static async open(sample: SampleHost): Promise<BrittleTruth> {
    const { projectToken } = parseSecrets(await sample.readFile(`/home/${sample.user}/brittle/.env`))
    const exec = (argv: readonly string[], options?: { input?: string }) => sample.exec(argv, options)
    return new BrittleTruth(sample, asReporter(createExecSend(exec), projectToken))
  }

  async seed(): Promise<void> {
    await seedBrittle(this.#ask)
  }

  fingerprint(): Promise<Fingerprint> {
    return readFingerprint(this.exec)
  }

  /** Every session with the bytes of its artifact. */
  async contents(): Promise<unknown> {
    const { sessions } = JSON.parse((await this.#ask({ path: '/api/sessions' })).body) as { sessions: ListedSession[] }
    const described: (readonly [title: string, status: string, answer: number, sha256: string])[] = []
    for (const { id, title, status } of sessions) {
      const artifact = await this.#ask({ path: `/api/sessions/${id}/artifacts/trace.zip` })
      const sha256 = createHash('sha256').update(artifact.body).digest('hex')
      described.push([title, status, artifact.status, sha256])
    }
    return described.sort(([a], [b]) => a.localeCompare(b))
  }

  async expectWorking(): Promise<void> {
    const statuses = await exerciseBrittle(this.#ask)
    if (String(statuses) !== String(inOrder)) throw new Error(`Brittle answered ${statuses}, not ${inOrder}`)
  }
}
