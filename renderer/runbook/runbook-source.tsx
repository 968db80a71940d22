import { ActionIcon, Anchor, Button, Tooltip } from '@mantine/core'
import { IconFilePlus, IconRefresh } from '@tabler/icons-react'
import type { RunbookView } from '../../shared/contract/runbooks.ts'
import { FactList } from '../components/fact-list.tsx'
import { MiddleTruncate } from '../components/figures.tsx'
import { Notice } from '../components/notice.tsx'
import { Panel } from '../components/panel.tsx'
import { ProblemList } from '../components/problem-list.tsx'
import classes from './runbook-source.module.css'

const SOURCES: Record<RunbookView['source'], { readonly word: string; readonly meaning: string }> = {
  generic: { word: 'Derived', meaning: 'No runbook is for these images, so Slipway made one from the Compose file.' },
  'built-in': { word: 'Built in', meaning: 'It comes with Slipway.' },
  user: { word: 'Yours', meaning: 'It is in your own folder on this computer, and counts before those of the app.' },
  stack: {
    word: 'The stack’s own',
    meaning: 'It is in the stack’s directory on its host, and counts for everybody who operates it.',
  },
}

interface RunbookSourceProps {
  readonly runbook: RunbookView
  readonly reading: boolean
  readonly onRead: () => void
  readonly onDraft: () => void
}

/** Which runbook counts, where it comes from, and what does not fit. */
export function RunbookSource({ runbook, reading, onRead, onDraft }: RunbookSourceProps) {
  const { word, meaning } = SOURCES[runbook.source]
  return (
    <Panel
      title={runbook.source === 'generic' ? 'No runbook of its own' : runbook.name}
      aside={<span className={classes.chip}>{word}</span>}
      actions={
        <>
          <Tooltip label="Read it again">
            <ActionIcon size="md" aria-label="Read the runbook again" loading={reading} onClick={onRead}>
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <DraftButton source={runbook.source} onDraft={onDraft} />
        </>
      }
    >
      {runbook.source === 'generic' ? (
        <p className={classes.lead}>
          {meaning} Health is what containers say of themselves, and no data is known: an upgrade backs nothing up. A
          runbook of your own tells Slipway what to ask, what to save, and how to prove that an upgrade went well.
        </p>
      ) : (
        <>
          {runbook.description ? <p className={classes.lead}>{runbook.description}</p> : null}
          <FactList facts={[['Comes from', meaning], ...fileFacts(runbook), ...homepageFact(runbook)]} />
        </>
      )}
      <Misfits runbook={runbook} />
    </Panel>
  )
}

function DraftButton({ source, onDraft }: Pick<RunbookSourceProps, 'onDraft'> & Pick<RunbookView, 'source'>) {
  if (source !== 'generic' && source !== 'built-in') return null
  return (
    <Button
      variant={source === 'generic' ? 'filled' : 'default'}
      leftSection={<IconFilePlus size={15} aria-hidden />}
      onClick={onDraft}
    >
      {source === 'generic' ? 'Start from this stack' : 'Change it for yourself'}
    </Button>
  )
}

function fileFacts({ files }: RunbookView) {
  return files.map(({ file }, index) => {
    const label = index === 0 ? 'File' : index === 1 ? 'On top of' : `And of (${index})`
    return [label, <MiddleTruncate key={file} mono text={file} limit={90} />] as const
  })
}

function homepageFact({ homepage }: RunbookView) {
  if (homepage === null) return []
  const link = (
    <Anchor key="homepage" href={homepage} target="_blank" rel="noreferrer">
      {homepage}
    </Anchor>
  )
  return [['Product', link] as const]
}

function Misfits({ runbook: { misfits, problems } }: { readonly runbook: RunbookView }) {
  return (
    <>
      {misfits.length > 0 ? (
        <div className={classes.notice}>
          <Notice tone="warn" title="It does not fit this stack as a whole">
            {misfits.map((sentence) => (
              <div key={sentence}>{sentence}</div>
            ))}
          </Notice>
        </div>
      ) : null}
      {problems.length > 0 ? (
        <div className={classes.notice}>
          <Notice tone="warn" title="The stack’s own runbook cannot be used, and this one counts instead">
            <ProblemList problems={problems} />
          </Notice>
        </div>
      ) : null}
    </>
  )
}
