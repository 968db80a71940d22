import { Button } from '@mantine/core'
import { IconFingerprint } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { HostQuestion } from '../../shared/contract/hosts.ts'
import { CommandBlock } from '../components/command-block.tsx'
import { CopyButton } from '../components/copy-button.tsx'
import { ErrorNotice } from '../components/error-notice.tsx'
import { Notice } from '../components/notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { hostKeyCommand } from './host-key-command.ts'
import classes from './question.module.css'

interface HostKeyQuestionProps {
  readonly hostId: string
  readonly question: Extract<HostQuestion, { kind: 'host-key' }>
}

/** "Is this the right machine?", with the way to find out. */
export function HostKeyQuestion({ hostId, question }: HostKeyQuestionProps) {
  const answer = useMutation(orpc.host.answer.mutationOptions())
  const failure = failureOf(answer)
  const send = (accept: boolean) =>
    answer.mutate({ hostId, questionId: question.id, answer: { kind: 'host-key', accept } })
  return (
    <Notice
      tone="warn"
      icon={IconFingerprint}
      title={`Is this the key of ${question.address}?`}
      actions={
        <>
          <Button loading={answer.isPending} onClick={() => send(true)}>
            Trust this key
          </Button>
          <Button variant="default" disabled={answer.isPending} onClick={() => send(false)}>
            Cancel
          </Button>
        </>
      }
    >
      <p className={classes.line}>
        This computer has not seen the host before. Its {question.algorithm} key has the fingerprint
      </p>
      <p className={classes.fingerprint}>
        <code>{question.fingerprint}</code>
        <CopyButton text={question.fingerprint} label="Copy the fingerprint" />
      </p>
      <p className={classes.line}>
        Compare it with what the host itself says. On its console, or by a way you already trust, run:
      </p>
      <CommandBlock commands={[hostKeyCommand(question.algorithm)]} label="Command that prints the fingerprint" />
      <p className={classes.line}>
        Trusting adds the key to Slipway's own list; from then on another key is refused. Your known_hosts file is not
        changed.
      </p>
      {failure ? <ErrorNotice error={failure} /> : null}
    </Notice>
  )
}
