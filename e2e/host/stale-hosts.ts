import { ownerLabel, sampleLabel } from './container-arguments.ts'
import type { Engine } from './engine.ts'
import { removeHostFolder } from './host-folder.ts'
import { hasEnded, parseOwner } from './owner.ts'

/** Removes the sample hosts and networks of runs that have ended without doing so themselves. */
export async function removeStaleHosts(engine: Engine): Promise<void> {
  const filter = ['--filter', `label=${sampleLabel}`]
  const containers = await engine.docker([
    'ps',
    '--all',
    ...filter,
    '--format',
    `{{.Names}}\t{{.Label "${ownerLabel}"}}`,
  ])
  const stale = ownedByTheDead(containers.stdout)
  if (stale.length > 0) await engine.docker(['rm', '--force', '--volumes', ...stale], { allowFailure: true })
  for (const name of stale) removeHostFolder(name)
  const networks = await engine.docker([
    'network',
    'ls',
    ...filter,
    '--format',
    `{{.Name}}\t{{.Label "${ownerLabel}"}}`,
  ])
  for (const name of ownedByTheDead(networks.stdout))
    await engine.docker(['network', 'rm', name], { allowFailure: true })
}

function ownedByTheDead(lines: string): string[] {
  return lines.split('\n').flatMap((line) => {
    const [name, label = ''] = line.split('\t')
    const owner = parseOwner(label)
    return name && owner && hasEnded(owner) ? [name] : []
  })
}

/** The names of the sample hosts' containers that run. */
export async function findRunning(engine: Engine): Promise<string[]> {
  const list = await engine.docker(['ps', '--filter', `label=${sampleLabel}`, '--format', '{{.Names}}'])
  return list.stdout.split('\n').filter(Boolean)
}
