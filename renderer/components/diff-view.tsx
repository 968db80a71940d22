import { VisuallyHidden } from '@mantine/core'
import { useMemo } from 'react'
import { type DiffLine, parseDiff } from '../lib/diff.ts'
import classes from './diff-view.module.css'

const MARKS: Record<DiffLine['kind'], string> = { hunk: '', same: ' ', removed: '−', added: '+' }
const WORDS: Record<DiffLine['kind'], string> = { hunk: '', same: '', removed: 'removed: ', added: 'added: ' }

interface DiffViewProps {
  readonly path: string
  readonly diff: string
}

/** A file's change, line by line; sign and word with the colour. */
export function DiffView({ path, diff }: DiffViewProps) {
  const lines = useMemo(() => parseDiff(diff), [diff])
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.path}>{path}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={`Changes in ${path}`}>
        <table className={classes.diff}>
          <tbody>
            {lines.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a diff have no other identity than their place
              <tr key={index} data-kind={line.kind}>
                <td className={classes.number}>{line.oldNumber ?? ''}</td>
                <td className={classes.number}>{line.newNumber ?? ''}</td>
                <td className={classes.mark} aria-hidden>
                  {MARKS[line.kind]}
                </td>
                <td className={classes.text}>
                  <VisuallyHidden>{WORDS[line.kind]}</VisuallyHidden>
                  {line.text}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </figure>
  )
}
