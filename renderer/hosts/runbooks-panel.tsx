import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { RunbooksView } from '../../shared/contract/runbooks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { FactList } from '../components/fact-list.tsx'
import { Panel } from '../components/panel.tsx'
import { announce } from '../lib/announce.ts'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import classes from './runbooks-panel.module.css'

/** Which products this computer knows how to operate, and where a person adds to them. */
export function RunbooksPanel() {
  const [changing, setChanging] = useState(false)
  const { data: view } = useQuery(orpc.runbook.list.queryOptions())
  if (!view) return null
  const change = (
    <Button variant="default" onClick={() => setChanging(true)}>
      Choose another folder
    </Button>
  )
  return (
    <Panel title="Runbooks" actions={changing ? null : change}>
      <FactList
        facts={[
          ['Built in', namesOf(view, 'built-in')],
          ['Yours', namesOf(view, 'user')],
          [
            'Your folder',
            <span key="folder" className={`mono ${classes.path}`}>
              {view.userFolder}
            </span>,
          ],
        ]}
      />
      {changing ? <FolderForm view={view} onDone={() => setChanging(false)} /> : null}
    </Panel>
  )
}

function namesOf({ runbooks }: RunbooksView, source: string): string {
  const names = runbooks.filter((runbook) => runbook.source === source).map(({ name }) => name)
  return names.length === 0 ? 'None' : names.sort().join(', ')
}

function FolderForm({ view, onDone }: { readonly view: RunbooksView; readonly onDone: () => void }) {
  const [folder, setFolder] = useState(view.userFolder)
  const queries = useQueryClient()
  const save = useMutation(
    orpc.runbook.setFolder.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries({ queryKey: orpc.runbook.list.key() })
        announce('Your runbooks are read from there now.')
        onDone()
      },
    }),
  )
  const failure = failureOf(save)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate({ folder })
  }
  const unchanged = folder.trim() === '' || folder.trim() === view.userFolder
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label="Folder on this computer"
        description="A folder that your team shares will do, such as a Git checkout. No file is moved."
        className={classes.grow}
        classNames={{ input: 'mono' }}
        value={folder}
        spellCheck={false}
        onChange={(event) => setFolder(event.currentTarget.value)}
      />
      <div className={classes.buttons}>
        <Button type="submit" disabled={unchanged} loading={save.isPending}>
          Use this folder
        </Button>
        {view.userFolder === view.defaultFolder ? null : (
          <Button variant="default" disabled={save.isPending} onClick={() => save.mutate({ folder: null })}>
            Back to the default
          </Button>
        )}
        <Button variant="subtle" onClick={onDone}>
          Cancel
        </Button>
      </div>
      {failure ? <ErrorNotice error={failure} /> : null}
    </form>
  )
}
