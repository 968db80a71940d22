import { randomBytes } from 'node:crypto'
import { ownerLabel, sampleLabel } from './container-arguments.ts'
import { ensureEngine } from './engine.ts'
import { currentOwner, formatOwner } from './owner.ts'
import type { SampleHost } from './sample-host.ts'
import type { SampleHostOptions } from './sample-host-options.ts'
import { startSampleHost } from './start-sample-host.ts'

/** Two hosts on a network of their own: `jump` is published, `target` is reached only through it, as `target:22`. */
export type SampleNetwork = AsyncDisposable & {
  /** The outer engine's network; more hosts may join with the option `network`. */
  readonly network: string
  readonly jump: SampleHost
  readonly target: SampleHost
  dispose(): Promise<void>
}

/** Starts a jump host and a target behind it. */
export async function startSampleNetwork(
  options: { readonly jump?: SampleHostOptions; readonly target?: SampleHostOptions } = {},
): Promise<SampleNetwork> {
  const engine = await ensureEngine()
  const id = randomBytes(3).toString('hex')
  const network = `slipway-sample-${id}`
  const labels = ['--label', `${sampleLabel}=1`, '--label', `${ownerLabel}=${formatOwner(currentOwner())}`]
  await engine.docker(['network', 'create', ...labels, network])
  const started = await Promise.allSettled([
    startSampleHost({ name: `jump-${id}`, ...options.jump, network }),
    startSampleHost({ name: `target-${id}`, ...options.target, network, published: false }),
  ])
  const hosts = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const dispose = async () => {
    await Promise.all(hosts.map((host) => host.dispose()))
    await engine.docker(['network', 'rm', network], { allowFailure: true })
  }
  const [jump, target] = hosts
  if (jump && target) return { network, jump, target, dispose, [Symbol.asyncDispose]: dispose }
  await dispose()
  throw started.find((result) => result.status === 'rejected')?.reason
}
