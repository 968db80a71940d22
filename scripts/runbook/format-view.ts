import type { RunbookEntry, RunbookSection, RunbookView } from '../../shared/contract/runbooks.ts'

const MARKS: Record<RunbookEntry['state'], string> = { ok: '✓', info: '·', off: '–', warn: '!' }

/** What a runbook comes to on a stack, as text for a terminal. */
export function formatView({ name, id, files, misfits, sections }: RunbookView, stack: string): string {
  return [
    `${name} (${id}) on ${stack}`,
    ...files.map(({ file, source }, index) => `${index === 0 ? 'from' : 'on top of'} ${file} (${source})`),
    ...misfits.map((one) => `! ${one}`),
    ...sections.map(formatSection),
  ].join('\n')
}

function formatSection({ title, summary, entries }: RunbookSection): string {
  return [``, title.toUpperCase(), summary, ...entries.map(formatEntry)].join('\n')
}

function formatEntry({ name, title, state, word, note, facts, code }: RunbookEntry): string {
  const head = `  ${MARKS[state]} ${name}${title === null ? '' : ` (${title})`}: ${word}`
  const width = Math.max(0, ...facts.map(({ label }) => label.length)) + 2
  return [
    head,
    ...(note === null ? [] : [`      ${note}`]),
    ...facts.map(({ label, value }) => `      ${label.padEnd(width)}${value}`),
    ...(code === null ? [] : code.split('\n').map((line) => `      | ${line}`)),
  ].join('\n')
}
