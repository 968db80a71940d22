import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { RunbookDraft } from '../../shared/contract/runbooks.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { CopyButton } from '../components/copy-button.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FactList } from '../components/fact-list.tsx'
import { LoadingAfter } from '../components/loading-after.tsx'
import { Panel } from '../components/panel.tsx'
import { ScrollText } from '../components/scroll-text.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import classes from './draft-panel.module.css'

interface DraftPanelProps {
  readonly stackRef: StackRef
  readonly onClose: () => void
  readonly onSaved: (file: string) => void
}

/** A first runbook, to be read before it is saved. */
export function DraftPanel({ stackRef, onClose, onSaved }: DraftPanelProps) {
  const draft = useQuery({ ...orpc.runbook.draft.queryOptions({ input: stackRef }), gcTime: 0 })
  const failure = failureOf(draft)
  return (
    <Panel
      title="A runbook of your own"
      aside="nothing is written yet"
      actions={draft.data ? <CopyButton text={draft.data.text} label="Copy the text" /> : null}
    >
      {failure ? <ErrorNotice error={failure} /> : null}
      {draft.isPending ? <LoadingAfter what="Writing a first runbook from the stack" /> : null}
      {draft.data ? <Preview draft={draft.data} stackRef={stackRef} onClose={onClose} onSaved={onSaved} /> : null}
      {draft.data ? null : (
        <div className={classes.buttons}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
        </div>
      )}
    </Panel>
  )
}

function Preview({ draft, stackRef, onClose, onSaved }: DraftPanelProps & { readonly draft: RunbookDraft }) {
  const { fileName, folder, text } = draft
  const save = useMutation(orpc.runbook.saveDraft.mutationOptions({ onSuccess: ({ file }) => onSaved(file) }))
  const failure = failureOf(save)
  return (
    <div className={classes.preview}>
      <p className={classes.lead}>It is valid as it is. Save it, open it in your editor, and follow its comments.</p>
      <ScrollText text={text} label="The runbook as it will be saved" tall />
      <FactList
        facts={[
          [
            'Will be saved as',
            <span key="file" className="mono">
              {folder}/{fileName}
            </span>,
          ],
        ]}
      />
      {failure ? <ErrorNotice error={failure} /> : null}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={save.isPending} onClick={() => save.mutate({ ...stackRef, fileName, text })}>
          Save as {fileName}
        </Button>
      </div>
    </div>
  )
}
