import { Button, Checkbox, PasswordInput, TextInput } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { HostQuestion } from '../../shared/contract/hosts.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Notice } from '../components/notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import classes from './question.module.css'

type Secret = Extract<HostQuestion, { kind: 'secret' }>

function title({ purpose, address, about }: Secret): string {
  if (purpose === 'passphrase') return `Passphrase of the key ${about}`
  if (purpose === 'password') return `Password for ${address}`
  return `${address} asks`
}

interface SecretQuestionProps {
  readonly hostId: string
  readonly question: Secret
}

/** A password, a passphrase, or what a server asks keyboard-interactively. The answer leaves the page at once. */
export function SecretQuestion({ hostId, question }: SecretQuestionProps) {
  const [values, setValues] = useState<readonly string[]>(question.prompts.map(() => ''))
  const [save, setSave] = useState(false)
  const answer = useMutation(orpc.host.answer.mutationOptions())
  const failure = failureOf(answer)
  const base = { hostId, questionId: question.id }

  const submit = (event: FormEvent) => {
    event.preventDefault()
    answer.mutate({ ...base, answer: { kind: 'secret', values: [...values], save } })
  }

  return (
    <Notice tone="warn" icon={IconKey} title={title(question)}>
      <form onSubmit={submit} className={classes.form}>
        {question.about && question.purpose !== 'passphrase' ? <p className={classes.line}>{question.about}</p> : null}
        {question.prompts.map((prompt, index) => {
          const Input = prompt.echo ? TextInput : PasswordInput
          return (
            <Input
              // biome-ignore lint/suspicious/noArrayIndexKey: prompts have no other identity than their place
              key={index}
              label={prompt.text}
              value={values[index] ?? ''}
              autoComplete="off"
              data-autofocus={index === 0 || undefined}
              error={index === 0 && question.retry ? 'The last answer was not accepted.' : undefined}
              onChange={(event) => setValues(values.with(index, event.currentTarget.value))}
            />
          )
        })}
        <Checkbox
          label="Keep it in this computer's keychain"
          description={question.canSave === true ? undefined : question.canSave}
          disabled={question.canSave !== true}
          checked={save}
          onChange={(event) => setSave(event.currentTarget.checked)}
        />
        <div className={classes.buttons}>
          <Button type="submit" loading={answer.isPending}>
            Continue
          </Button>
          <Button
            variant="default"
            disabled={answer.isPending}
            onClick={() => answer.mutate({ ...base, answer: { kind: 'dismiss' } })}
          >
            Cancel
          </Button>
        </div>
      </form>
      {failure ? <ErrorNotice error={failure} /> : null}
    </Notice>
  )
}
