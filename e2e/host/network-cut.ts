import type { SampleHost } from './sample-host.ts'

/**
 * How a host is cut off.
 * `drop`: packets vanish both ways, open connections hear nothing (a laptop out of reach, a firewall).
 * `unplug`: the interface goes, and open connections through the published port end.
 * `freeze`: every process stops, the kernel still acknowledges (a hung machine).
 */
export type NetworkCut =
  | { readonly kind: 'drop' }
  | { readonly kind: 'freeze' }
  | { readonly kind: 'unplug'; readonly networks: readonly { name: string; aliases: readonly string[] }[] }

/** Cuts the host off and returns what `restoreNetwork` needs to know. */
export async function cutNetwork(host: SampleHost, kind: NetworkCut['kind']): Promise<NetworkCut> {
  switch (kind) {
    case 'drop':
      await host.exec(['sample-host', 'cut-network'])
      return { kind }
    case 'freeze':
      await host.engine.docker(['pause', host.containerName])
      return { kind }
    case 'unplug': {
      const networks = await connectedNetworks(host)
      for (const { name } of networks) await host.engine.docker(['network', 'disconnect', name, host.containerName])
      return { kind, networks }
    }
  }
}

/** Undoes a cut. */
export async function restoreNetwork(host: SampleHost, cut: NetworkCut): Promise<void> {
  switch (cut.kind) {
    case 'drop':
      await host.exec(['sample-host', 'restore-network'])
      return
    case 'freeze':
      await host.engine.docker(['unpause', host.containerName])
      return
    case 'unplug':
      for (const { name, aliases } of cut.networks) {
        const options = aliases.flatMap((alias) => ['--alias', alias])
        await host.engine.docker(['network', 'connect', ...options, name, host.containerName])
      }
  }
}

async function connectedNetworks(host: SampleHost) {
  const format = '{{json .NetworkSettings.Networks}}'
  const { stdout } = await host.engine.docker(['inspect', '--format', format, host.containerName])
  const networks = JSON.parse(stdout) as Record<string, { Aliases: string[] | null }>
  return Object.entries(networks).map(([name, { Aliases }]) => ({ name, aliases: Aliases ?? [] }))
}
