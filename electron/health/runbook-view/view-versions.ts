import type { RunbookEntry, RunbookSection } from '../../../shared/contract/runbooks.ts'
import type { Runbook } from '../../../shared/runbook/schema.ts'
import type { Stack } from '../../stacks/stack.ts'
import { serviceVersion, stackVersion, upgradedServices } from '../../stacks/stack-version.ts'
import { code, entry, fact, facts, leftOutEntries, section } from './entry.ts'
import { showRequest } from './view-request.ts'

const DATA_RULES: Record<Runbook['versions']['dataCompatible'], string> = {
  never: 'A rollback always restores the backup: no version runs on the data of a newer one.',
  'within-patch': 'A rollback restores the backup, but between builds of one version.',
  'within-minor': 'A rollback restores the backup, but between patches of one minor.',
  'within-major': 'A rollback restores the backup, but within one major.',
  always: 'A rollback never restores the backup: older versions run on the data of newer ones.',
}

/** Where versions are written, how they are read, and what may be rolled back to. */
export function viewVersions(stack: Stack): RunbookSection {
  const { versions } = stack.runbook
  const version = stackVersion(stack)
  return section(
    'versions',
    'Versions',
    `${version === null ? 'Nobody knows which version runs.' : `${version} runs.`} ${DATA_RULES[versions.dataCompatible]}`,
    [
      ...upgradedServices(stack).map((service) => viewPin(stack, service)),
      ...viewRules(versions),
      ...viewReported(stack),
      ...versions.forwardOnly.map(({ version: name, reason }) =>
        entry(name, 'Forward only', { state: 'info', note: reason }),
      ),
      ...leftOutEntries(stack.binding.leftOut, 'versions'),
    ],
  )
}

function viewPin(stack: Stack, service: string): RunbookEntry {
  const pin = stack.pins[service]
  const known = facts(code('Image', pin?.reference), fact('Version', serviceVersion(stack, service)))
  if (pin?.location == null) {
    const note = 'Slipway found no place where its version is written, and cannot upgrade it.'
    return entry(service, 'No pin', { state: 'warn', note, facts: known })
  }
  const { location } = pin
  const place = `${location.file}:${location.line}`
  const written = location.kind === 'variable' ? `${location.variable} in ${place}` : place
  const state = pin.moving
    ? ({ state: 'warn', word: 'Moving tag', note: 'The same words mean another image tomorrow.' } as const)
    : {}
  return entry(service, 'Pinned', { facts: [...known, ...facts(code('Written in', written))], ...state })
}

/** How tags are read and which are offered; nothing where all is as usual. */
function viewRules({ tagPrefix, prereleases, channel, registry, releaseNotes, variable }: Runbook['versions']) {
  const rules = facts(
    code('Before the version', tagPrefix),
    fact('Pre-releases', prereleases ? 'Offered' : null),
    code('Channel', channel),
    code('Registry', registry),
    code('Release notes', releaseNotes),
    code('Variable', variable),
  )
  return rules.length === 0 ? [] : [entry('tags', 'Rule', { state: 'info', facts: rules })]
}

function viewReported(stack: Stack): RunbookEntry[] {
  const { reported } = stack.runbook.versions
  if (reported === undefined) return []
  return [
    entry('reported', 'Asked', {
      state: 'info',
      title: 'The version that the product itself reports',
      facts: facts(code('Read from', reported.json), code('Versions', reported.versions)),
      code: showRequest(stack, reported.http),
    }),
  ]
}
