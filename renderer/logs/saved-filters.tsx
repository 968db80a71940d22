import { ActionIcon, Button, Popover, TextInput, Tooltip, UnstyledButton } from '@mantine/core'
import { IconBookmark, IconPencil, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { LogFilter, SavedFilter } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { filterSentence } from './filter-edits.ts'
import classes from './log-toolbar.module.css'

interface SavedFiltersProps {
  readonly stackRef: StackRef
  readonly filter: LogFilter
  readonly onFilter: (filter: LogFilter) => void
}

/** Filters with a name, kept for this stack on this computer. */
export function SavedFilters(props: SavedFiltersProps) {
  const [opened, setOpened] = useState(false)
  return (
    <Popover position="bottom-end" trapFocus returnFocus opened={opened} onChange={setOpened}>
      <Tooltip label="Saved filters">
        <Popover.Target>
          <ActionIcon size="md" aria-label="Saved filters" aria-expanded={opened} onClick={() => setOpened(!opened)}>
            <IconBookmark size={16} aria-hidden />
          </ActionIcon>
        </Popover.Target>
      </Tooltip>
      <Popover.Dropdown>
        <SavedList {...props} onClose={() => setOpened(false)} />
      </Popover.Dropdown>
    </Popover>
  )
}

function SavedList({ stackRef, filter, onFilter, onClose }: SavedFiltersProps & { readonly onClose: () => void }) {
  const queryClient = useQueryClient()
  const saved = useQuery(orpc.log.savedFilters.queryOptions({ input: stackRef }))
  const reload = () => queryClient.invalidateQueries({ queryKey: orpc.log.savedFilters.queryKey({ input: stackRef }) })
  const save = useMutation(orpc.log.saveFilter.mutationOptions({ onSuccess: reload }))
  const remove = useMutation(orpc.log.removeFilter.mutationOptions({ onSuccess: reload }))
  const [renaming, setRenaming] = useState<SavedFilter | null>(null)
  const failure = failureOf(saved) ?? failureOf(save) ?? failureOf(remove)
  return (
    <div className={classes.panel}>
      {failure ? <ErrorNotice error={failure} /> : null}
      {saved.data?.length === 0 ? (
        <span className={classes.serviceState}>No filter is saved for this stack yet.</span>
      ) : null}
      {saved.data?.map((entry) => (
        <div key={entry.id} className={classes.saved}>
          <UnstyledButton
            className={classes.savedName}
            onClick={() => {
              onFilter(entry.filter)
              onClose()
            }}
          >
            {entry.name}
            <div className={classes.filterSentence}>{filterSentence(entry.filter)}</div>
          </UnstyledButton>
          <ActionIcon aria-label={`Rename ${entry.name}`} onClick={() => setRenaming(entry)}>
            <IconPencil size={14} aria-hidden />
          </ActionIcon>
          <ActionIcon aria-label={`Delete ${entry.name}`} onClick={() => remove.mutate({ ...stackRef, id: entry.id })}>
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <NameForm
        key={renaming?.id ?? 'new'}
        label={renaming ? `New name of ${renaming.name}` : 'Save the filter that is on as'}
        action={renaming ? 'Rename' : 'Save'}
        name={renaming?.name ?? ''}
        onName={(name) => {
          const savedFilter = renaming ? { ...renaming, name } : { id: crypto.randomUUID(), name, filter }
          save.mutate({ ...stackRef, savedFilter })
          setRenaming(null)
        }}
      />
    </div>
  )
}

interface NameFormProps {
  readonly label: string
  readonly action: string
  readonly name: string
  readonly onName: (name: string) => void
}

function NameForm({ label, action, name: before, onName }: NameFormProps) {
  const [name, setName] = useState(before)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    onName(name.trim())
    setName('')
  }
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        size="xs"
        label={label}
        maxLength={80}
        required
        withAsterisk={false}
        value={name}
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" size="compact-sm">
        {action}
      </Button>
    </form>
  )
}
