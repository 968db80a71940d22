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
    const described = sessions.map(async ({ id, title, status }) => {
      const artifact = await this.#ask({ path: `/api/sessions/${id}/artifacts/trace.zip` })
      return [title, status, artifact.status, artifact.body]
    })
    return (await Promise.all(described)).sort()
  }

  async expectWorking(): Promise<void> {
    const statuses = await exerciseBrittle(this.#ask)
    if (String(statuses) !== String(inOrder)) throw new Error(`Brittle answered ${statuses}, not ${inOrder}`)
  }
}
