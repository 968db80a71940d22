import { Button, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ErrorNotice } from '../components/error-notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import classes from './add-stack.module.css'

/** Adds a stack that was never started, which the engine therefore does not know, by its project directory. */
export function AddStack({ hostId }: { readonly hostId: string }) {
  const [directory, setDirectory] = useState('')
  const navigate = useNavigate()
  const add = useMutation(
    orpc.stack.addDirectory.mutationOptions({
      onSuccess: (ref) => navigate({ to: '/hosts/$hostId/stacks/$project', params: ref }),
    }),
  )
  const failure = failureOf(add)
  const invalid = directory !== '' && !directory.startsWith('/')

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (directory.startsWith('/')) add.mutate({ hostId, directory })
  }
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        className={classes.input}
        label="Add a stack by its directory"
        description="For a stack that was never started here. Running stacks are found by themselves."
        placeholder="/srv/my-stack"
        value={directory}
        error={invalid ? 'Give the whole path, from / on.' : undefined}
        onChange={(event) => setDirectory(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" size="sm" loading={add.isPending} disabled={directory === '' || invalid}>
        Add stack
      </Button>
      {failure ? (
        <div className={classes.failure}>
          <ErrorNotice error={failure} />
        </div>
      ) : null}
    </form>
  )
}
