import { Button, Modal, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { ErrorShape } from '../../shared/errors.ts'
import classes from './confirm.module.css'
import { ErrorNotice } from './error-notice.tsx'

interface ConfirmProps {
  readonly opened: boolean
  readonly title: string
  /** What will happen, in a sentence or two. */
  readonly children: ReactNode
  /** The button's words: what it does, never "OK". */
  readonly action: string
  readonly danger?: boolean
  /** Ask for this word to be typed: where data would be lost. */
  readonly typed?: string
  /** It cannot be done, or not yet: what stands in the way is among the children, or is the error. */
  readonly blocked?: boolean
  readonly pending: boolean
  readonly error: ErrorShape | null
  readonly onClose: () => void
  readonly onConfirm: () => void
}

/** A second click, or the typed name, before something that is hard to take back. */
export function Confirm({ opened, title, onClose, ...rest }: ConfirmProps) {
  return (
    // Mantine's own modal header is a second banner landmark, so the title stands in the body.
    <Modal opened={opened} onClose={onClose} withCloseButton={false}>
      <Modal.Title className={classes.title ?? ''}>{title}</Modal.Title>
      <ConfirmBody onClose={onClose} {...rest} />
    </Modal>
  )
}

function ConfirmBody({
  children,
  action,
  danger = false,
  typed,
  blocked = false,
  pending,
  error,
  onClose,
  onConfirm,
}: Omit<ConfirmProps, 'opened' | 'title'>) {
  const [text, setText] = useState('')
  const disabled = blocked || (typed !== undefined && text.trim() !== typed)
  return (
    <form
      className={classes.body}
      onSubmit={(event) => {
        event.preventDefault()
        if (!disabled) onConfirm()
      }}
    >
      <div>{children}</div>
      {typed === undefined ? null : (
        <TextInput
          label={
            <>
              Type <span className="mono">{typed}</span> to go on
            </>
          }
          value={text}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      {error ? <ErrorNotice error={error} /> : null}
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" color={danger ? 'danger' : 'accent'} loading={pending} disabled={disabled}>
          {action}
        </Button>
      </div>
    </form>
  )
}
