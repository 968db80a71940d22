import { Tooltip, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { formatAge, formatBytes, formatExact, formatRelative, shortDigest, truncateMiddle } from '../lib/format.ts'
import { useNow } from '../lib/now.ts'
import classes from './figures.module.css'

/** Twelve characters of a digest; the whole on hover, copied on click. */
export function Digest({ digest }: { readonly digest: string }) {
  const clipboard = useClipboard({ timeout: 1600 })
  return (
    <Tooltip label={clipboard.copied ? 'Copied' : `${digest} (click to copy)`} fz="xs" className={classes.whole}>
      <UnstyledButton
        className={classes.digest}
        aria-label={`Copy digest ${shortDigest(digest)}`}
        onClick={() => clipboard.copy(digest)}
      >
        {shortDigest(digest)}
      </UnstyledButton>
    </Tooltip>
  )
}

/** "3 min ago", with the exact time on hover. */
export function RelativeTime({ at, prefix = '' }: { readonly at: string; readonly prefix?: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={formatExact(at)}>
      {prefix}
      {formatRelative(at, now)}
    </time>
  )
}

/** "3 min": how long something has held, with its exact beginning on hover. */
export function Elapsed({ since, prefix = '' }: { readonly since: string; readonly prefix?: string }) {
  const now = useNow()
  return (
    <time dateTime={since} title={`Since ${formatExact(since)}`}>
      {prefix}
      {formatAge(now - Date.parse(since))}
    </time>
  )
}

/** `23.4 MB`, with the exact figure on hover. */
export function Bytes({ bytes }: { readonly bytes: number }) {
  return <span title={`${bytes.toLocaleString('en')} bytes`}>{formatBytes(bytes)}</span>
}

interface MiddleTruncateProps {
  readonly text: string
  readonly limit: number
  readonly mono?: boolean
}

/** A long name with both its ends; the whole on hover. */
export function MiddleTruncate({ text, limit, mono = false }: MiddleTruncateProps) {
  const shown = truncateMiddle(text, limit)
  return (
    <span className={mono ? 'mono' : undefined} {...(shown === text ? {} : { title: text })}>
      {shown}
    </span>
  )
}

/** Of a name that does not fit, this many characters at its end always stay. */
const TAIL_CHARACTERS = 5

/** A name that gives up its middle as the room gets narrow; the whole on hover. */
export function FittedName({ text }: { readonly text: string }) {
  const cut = Math.max(0, text.length - TAIL_CHARACTERS)
  return (
    <span className={classes.name} title={text}>
      {/* Screen readers would put a space between the two parts. */}
      <VisuallyHidden>{text}</VisuallyHidden>
      <span className={classes.head} aria-hidden>
        {text.slice(0, cut)}
      </span>
      <span className={classes.tail} aria-hidden>
        {text.slice(cut)}
      </span>
    </span>
  )
}
