import { UnstyledButton } from '@mantine/core'
import type { RunbookSection } from '../../shared/contract/runbooks.ts'
import { Panel } from '../components/panel.tsx'
import { StateIcon } from '../components/state-badge.tsx'
import { VERDICT_LOOKS } from '../lib/states.ts'
import { RunbookEntryRow } from './runbook-entry.tsx'
import classes from './runbook-sections.module.css'

/** Sections that say something without a single entry. */
const SPEAKS: ReadonlySet<RunbookSection['id']> = new Set(['gate', 'migrations', 'match', 'versions', 'services'])

function isOpen({ id, entries }: RunbookSection): boolean {
  return entries.length === 0 && !SPEAKS.has(id)
}

/** Every section, with an index that leads to each; those of which nothing is said are told together at the end. */
export function RunbookSections({ sections }: { readonly sections: readonly RunbookSection[] }) {
  const told = sections.filter((section) => !isOpen(section))
  const open = sections.filter(isOpen)
  return (
    <div className={classes.layout}>
      <nav className={classes.index} aria-label="Sections of the runbook">
        {told.map((section) => (
          <IndexLink key={section.id} section={section} />
        ))}
      </nav>
      <div className={classes.sections}>
        {told.map((section) => (
          <Section key={section.id} section={section} />
        ))}
        {open.length > 0 ? <Open sections={open} /> : null}
      </div>
    </div>
  )
}

function anchorOf(id: RunbookSection['id']): string {
  return `runbook-${id}`
}

/** Not a link: addresses of screens live behind the `#` already. */
function IndexLink({ section }: { readonly section: RunbookSection }) {
  const { id, title, entries } = section
  const go = () => {
    const target = document.getElementById(anchorOf(id))
    target?.scrollIntoView({ block: 'start' })
    target?.focus({ preventScroll: true })
  }
  return (
    <UnstyledButton className={classes.link} onClick={go}>
      <span>{title}</span>
      {entries.some(({ state }) => state === 'warn') ? <StateIcon look={VERDICT_LOOKS.warning} /> : null}
      {entries.length > 0 ? <span className={classes.count}>{entries.length}</span> : null}
    </UnstyledButton>
  )
}

function Section({ section: { id, title, summary, entries } }: { readonly section: RunbookSection }) {
  return (
    <div id={anchorOf(id)} tabIndex={-1} className={classes.section}>
      <Panel title={title} flush>
        <p className={classes.summary}>{summary}</p>
        {entries.length > 0 ? (
          <ul className={classes.entries}>
            {entries.map((entry, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two steps may have one title, and their order is fixed
              <RunbookEntryRow key={index} entry={entry} />
            ))}
          </ul>
        ) : null}
      </Panel>
    </div>
  )
}

function Open({ sections }: { readonly sections: readonly RunbookSection[] }) {
  return (
    <Panel title="Left open" aside="what this runbook says nothing about">
      <dl className={classes.open}>
        {sections.map(({ id, title, summary }) => (
          <div key={id}>
            <dt>{title}</dt>
            <dd>{summary}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}
