import type { SampleHost } from '../../host/sample-host.ts'
import { ProductTruth } from '../../product-truth.ts'
import { createExecSend, readVariable, type Send, signProjectToken, tenantHost } from './access.ts'
import { exerciseFlux, inOrder, readBody } from './exercise.ts'
import { type Fingerprint, readFingerprint } from './fingerprint.ts'
import { seedFlux } from './seed.ts'

interface ListedProject {
  readonly slug: string
  readonly hash: string
  readonly health: string
}

interface ListedBackup {
  readonly id: string
  readonly artifactValidationStatus: string
  readonly restoreVerificationStatus: string
}

/** The truth about a Flux stack, asked on the host itself and past Slipway. */
export class FluxTruth extends ProductTruth {
  readonly #send: Send
  readonly #apiToken: string

  private constructor(sample: SampleHost, send: Send, apiToken: string) {
    super(sample, 'flux')
    this.#send = send
    this.#apiToken = apiToken
  }

  static async open(sample: SampleHost): Promise<FluxTruth> {
    const send = createExecSend((argv, options) => sample.exec(argv, options))
    const env = await sample.readFile(`/home/${sample.user}/flux/web.env`)
    return new FluxTruth(sample, send, readVariable(env, 'FLUX_API_TOKEN'))
  }

  async seed(): Promise<void> {
    await this.#untilMigrated()
    await seedFlux(this.#send, this.#apiToken)
  }

  /** Waits until the control plane is through with its database: it lists projects. */
  async #untilMigrated(): Promise<void> {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      if ((await this.#ask({ service: 'web', path: '/api/cli/v1/list' })).status === 200) return
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    throw new Error('The control plane does not list its projects.')
  }

  /** Every row of the catalog and of all tenants, and the checksums of the artifacts of their backups. */
  async fingerprint(): Promise<Fingerprint & { readonly artifacts: string }> {
    const list = 'cd /srv/flux/backups && find . -type f -exec sha256sum {} + | sort'
    const { stdout } = await this.exec(['docker', 'exec', 'flux-web', 'sh', '-c', list])
    return { ...(await readFingerprint(this.exec)), artifacts: stdout }
  }

  /** Every project as its own app and its owner see it: rows by the gateway, health, and what its backups are worth. */
  async contents(): Promise<unknown> {
    const { projects } = readBody<{ projects: ListedProject[] }>(
      await this.#ask({ service: 'web', path: '/api/cli/v1/list' }),
    )
    return Promise.all(projects.map((project) => this.#contentsOf(project)))
  }

  async expectWorking(): Promise<void> {
    const statuses = await exerciseFlux((request) => this.#ask(request))
    if (String(statuses) !== String(inOrder)) throw new Error(`Flux answered ${statuses}, not ${inOrder}`)
  }

  async #contentsOf({ slug, hash, health }: ListedProject): Promise<unknown> {
    const path = `/api/cli/v1/projects/${hash}`
    const credentials = await this.#ask({ service: 'web', path: `${path}/credentials` })
    const token = signProjectToken(readBody<{ projectJwtSecret: string }>(credentials).projectJwtSecret)
    const rows = async (table: string) => {
      const request = {
        service: 'gateway',
        path: `/${table}?order=id`,
        host: tenantHost({ slug, hash }),
        token,
      } as const
      return (await this.#send(request)).body
    }
    const listed = await this.#ask({ service: 'web', path: `${path}/backups` })
    const backups = readBody<{ backups: ListedBackup[] }>(listed).backups.map(
      ({ id, artifactValidationStatus, restoreVerificationStatus }) => [
        id,
        artifactValidationStatus,
        restoreVerificationStatus,
      ],
    )
    return [slug, hash, health, await rows('orders'), await rows('customers'), backups]
  }

  /** With the operator's key. */
  readonly #ask: Send = (request) => this.#send({ token: this.#apiToken, ...request })
}
