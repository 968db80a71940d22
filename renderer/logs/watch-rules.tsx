import { ActionIcon, Button, Modal, Switch, Tooltip } from '@mantine/core'
import { IconBell, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { LogFilter, WatchRule } from '../../shared/contract/logs.ts'
import type { StackRef } from '../../shared/contract/stacks.ts'
import { ErrorNotice } from '../components/error-notice.tsx'
import { failureOf } from '../lib/calls.ts'
import { orpc } from '../lib/client.ts'
import { draftRule, ruleSentence } from './rule-draft.ts'
import { RuleForm } from './rule-form.tsx'
import classes from './watch-rules.module.css'

interface WatchRulesProps {
  readonly stackRef: StackRef
  readonly filter: LogFilter
  readonly services: readonly string[]
}

/** Rules that raise a notification while Slipway runs. */
export function WatchRules(props: WatchRulesProps) {
  const [opened, setOpened] = useState(false)
  return (
    <>
      <Tooltip label="Watch rules">
        <ActionIcon size="md" aria-label="Watch rules" onClick={() => setOpened(true)}>
          <IconBell size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {/* Mantine's own modal header is a second banner landmark, so the title stands in the body. */}
      <Modal opened={opened} onClose={() => setOpened(false)} withCloseButton={false} size="lg">
        <Modal.Title className={classes.title ?? ''}>Watch rules</Modal.Title>
        <RulesBody {...props} onClose={() => setOpened(false)} />
      </Modal>
    </>
  )
}

function RulesBody({ stackRef, filter, services, onClose }: WatchRulesProps & { readonly onClose: () => void }) {
  const queryClient = useQueryClient()
  const rules = useQuery(orpc.log.watchRules.queryOptions({ input: stackRef }))
  const reload = () => queryClient.invalidateQueries({ queryKey: orpc.log.watchRules.queryKey({ input: stackRef }) })
  const save = useMutation(orpc.log.saveRule.mutationOptions({ onSuccess: reload }))
  const remove = useMutation(orpc.log.removeRule.mutationOptions({ onSuccess: reload }))
  const [editing, setEditing] = useState<WatchRule | null>(null)
  const failure = failureOf(rules) ?? failureOf(save) ?? failureOf(remove)
  if (editing) {
    return (
      <RuleForm
        rule={editing}
        services={services}
        onCancel={() => setEditing(null)}
        onSave={(rule) => {
          save.mutate({ ...stackRef, rule })
          setEditing(null)
        }}
      />
    )
  }
  return (
    <div className={classes.body}>
      <p className={classes.sentence}>
        While Slipway runs, a rule that is met raises a notification, and stands among the notices.
      </p>
      {failure ? <ErrorNotice error={failure} /> : null}
      {rules.data?.length === 0 ? <p className={classes.sentence}>No rule watches this stack yet.</p> : null}
      <ul className={classes.list} aria-label="Rules">
        {rules.data?.map((rule) => (
          <li key={rule.id} className={classes.rule}>
            <Switch
              size="xs"
              aria-label={`Watch ${rule.name}`}
              checked={rule.enabled}
              onChange={() => save.mutate({ ...stackRef, rule: { ...rule, enabled: !rule.enabled } })}
            />
            <div className={classes.text}>
              <div className={classes.name}>{rule.name}</div>
              <div className={classes.sentence}>{ruleSentence(rule)}</div>
            </div>
            <ActionIcon aria-label={`Change ${rule.name}`} onClick={() => setEditing(rule)}>
              <IconPencil size={14} aria-hidden />
            </ActionIcon>
            <ActionIcon aria-label={`Delete ${rule.name}`} onClick={() => remove.mutate({ ...stackRef, id: rule.id })}>
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEditing(draftRule(filter))}>
          New rule
        </Button>
      </div>
    </div>
  )
}
