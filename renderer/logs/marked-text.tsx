import { Fragment } from 'react'
import classes from './log-list.module.css'

/** A row is a line: more marks than this would not be seen. */
const MAX_MARKS = 8

interface MarkedTextProps {
  readonly text: string
  readonly mark: string
}

/** A text with every occurrence of what is searched for marked; case does not matter to the eye. */
export function MarkedText({ text, mark }: MarkedTextProps) {
  if (mark === '') return text
  return splitAt(text, mark).map(({ at, part, isMark }) => (
    <Fragment key={at}>{isMark ? <mark className={classes.mark}>{part}</mark> : part}</Fragment>
  ))
}

function splitAt(text: string, mark: string) {
  const low = text.toLowerCase()
  // Some letters change their length in lower case, and positions would be those of another text.
  if (low.length !== text.length) return [{ at: 0, part: text, isMark: false }]
  const wanted = mark.toLowerCase()
  const parts: { at: number; part: string; isMark: boolean }[] = []
  let at = 0
  for (let marks = 0; marks < MAX_MARKS; marks += 1) {
    const found = low.indexOf(wanted, at)
    if (found < 0) break
    parts.push({ at, part: text.slice(at, found), isMark: false })
    parts.push({ at: found, part: text.slice(found, found + mark.length), isMark: true })
    at = found + mark.length
  }
  parts.push({ at, part: text.slice(at), isMark: false })
  return parts.filter(({ part }) => part !== '')
}
