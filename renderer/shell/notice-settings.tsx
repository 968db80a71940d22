import { Button, Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Disclosure } from '../components/disclosure.tsx'
import { orpc } from '../lib/client.ts'
import { NOTICE_KINDS } from '../lib/notice-looks.ts'
import { askBrowserPermission, type BrowserPermission, browserPermission } from './browser-notifications.ts'
import classes from './notice-bell.module.css'

/** Which kinds of news are told, and by what. */
export function NoticeSettingsForm() {
  return (
    <div className={classes.settings}>
      <Disclosure label="What is told">
        <KindSwitches />
        <BrowserWay />
      </Disclosure>
    </div>
  )
}

function KindSwitches() {
  const queries = useQueryClient()
  const query = orpc.notice.settings.queryOptions()
  const settings = useQuery(query)
  const change = useMutation(
    orpc.notice.setSettings.mutationOptions({
      meta: { announce: true },
      onSettled: () => queries.invalidateQueries({ queryKey: query.queryKey }),
    }),
  )
  const told = change.isPending ? change.variables.told : settings.data?.told
  if (!told) return null
  return (
    <fieldset className={classes.kinds} aria-label="Kinds of news that are told">
      {NOTICE_KINDS.map(([kind, words]) => (
        <Switch
          key={kind}
          size="xs"
          label={words}
          checked={told[kind] ?? true}
          onChange={(event) => change.mutate({ told: { ...told, [kind]: event.currentTarget.checked } })}
        />
      ))}
    </fieldset>
  )
}

const PERMISSION_WORDS: Record<Exclude<BrowserPermission, 'none' | 'default'>, string> = {
  granted: 'The browser notifies while this page is not in sight.',
  denied: 'The browser was told not to notify for this page. Its site settings can change that.',
}

/** In a browser: notifications outside the page, asked for only here and by a click. */
function BrowserWay() {
  const [permission, setPermission] = useState(browserPermission)
  if (permission === 'none') return null
  if (permission !== 'default') return <p className={classes.way}>{PERMISSION_WORDS[permission]}</p>
  return (
    <Button variant="default" onClick={async () => setPermission(await askBrowserPermission())}>
      Notify by the browser too
    </Button>
  )
}
