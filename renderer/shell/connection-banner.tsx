import { IconPlugConnectedX } from '@tabler/icons-react'
import { useSyncExternalStore } from 'react'
import { connection } from '../lib/client.ts'
import { isBrowserEntry } from '../lib/transports.ts'
import classes from './connection-banner.module.css'

/** A blip of one attempt needs no advice; after some, the server was probably restarted and wants a new link. */
const ATTEMPTS_BEFORE_ADVICE = 4

/** Says that what is on the screen may be old, for as long as the page cannot reach the main process. */
export function ConnectionBanner() {
  const state = useSyncExternalStore(connection.subscribe, connection.getState)
  if (state.kind !== 'lost') return null
  const advise = state.attempts >= ATTEMPTS_BEFORE_ADVICE && isBrowserEntry()
  return (
    <div className={classes.banner} data-tone="bad" role="alert">
      <IconPlugConnectedX size={17} aria-hidden />
      <span>
        <strong>Connection to Slipway lost.</strong> What you see may be old. Reconnecting…
        {advise ? ' If Slipway was started anew, open the link that it printed.' : ''}
      </span>
    </div>
  )
}
