import { capitalize } from '../../../shared/capitalize.ts'
import type { RunbookSection, RunbookView } from '../../../shared/contract/runbooks.ts'
import type { Stack } from '../../stacks/stack.ts'
import { code, count, entry, fact, facts, leftOutEntries, section } from './entry.ts'
import { viewBackup, viewMigrations } from './view-data.ts'
import { viewGate, viewProbes, viewSmokeTest } from './view-probes.ts'
import { viewSecrets } from './view-secrets.ts'
import { viewMatch, viewServices } from './view-services.ts'
import { viewVersions } from './view-versions.ts'

/** A stack's runbook, each part as it holds for what runs. Pure; holds no secret. */
export function viewRunbook(stack: Stack): RunbookView {
  const { runbook, binding, runbookSource } = stack
  return {
    id: runbook.id,
    name: runbook.name,
    description: runbook.description ?? null,
    homepage: runbook.homepage ?? null,
    source: runbookSource,
    files: binding.layers.map(({ file, source }) => ({ file, source })),
    problems: [...binding.problems],
    misfits: binding.missing.map(
      (name) => `The runbook needs the service ${name}, and this stack has none of that name.`,
    ),
    sections: [
      viewMatch(stack),
      viewServices(stack),
      viewVersions(stack),
      viewProbes(stack),
      viewGate(stack),
      viewBackup(stack),
      viewMigrations(stack),
      viewSmokeTest(stack),
      viewSecrets(stack),
      viewLogs(stack),
      viewChecklist(stack),
    ],
  }
}

function viewLogs({ runbook, binding }: Stack): RunbookSection {
  const formats = Object.entries(runbook.logs)
  const entries = formats.map(([service, { format, fields, keys }]) => {
    const names = Object.entries(keys ?? {}).map(([usual, name]) => `${usual}: ${name}`)
    return entry(service, format === 'auto' ? 'Recognized' : 'As told', {
      state: 'info',
      facts: facts(
        code('Format', format === 'auto' ? null : format),
        code('Columns', fields.join(', ')),
        code('Names', names.join(', ')),
      ),
    })
  })
  const summary =
    formats.length === 0
      ? 'Each service’s format is recognized by its lines.'
      : `${capitalize(count(formats.length, 'service'))} ${formats.length === 1 ? 'has' : 'have'} a format of ${formats.length === 1 ? 'its' : 'their'} own.`
  return section('logs', 'Logs', summary, [...entries, ...leftOutEntries(binding.leftOut, 'logs')])
}

function viewChecklist({ runbook }: Stack): RunbookSection {
  const entries = runbook.checklist.map(({ id, title, description }) =>
    entry(id, 'Asked', { state: 'info', title, facts: facts(fact('Means', description)) }),
  )
  const summary =
    entries.length === 0
      ? 'The runbook asks a person nothing.'
      : `${capitalize(count(entries.length, 'question'))} for a person.`
  return section('checklist', 'Checklist', summary, entries)
}
