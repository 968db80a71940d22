import classes from './command-block.module.css'
import { CopyButton } from './copy-button.tsx'
import { ScrollText } from './scroll-text.tsx'

interface CommandBlockProps {
  readonly commands: readonly string[]
  /** What the commands do, for screen readers. */
  readonly label: string
}

/** Shell commands to run by hand, with a button that copies them all. */
export function CommandBlock({ commands, label }: CommandBlockProps) {
  const text = commands.join('\n')
  return (
    <div className={classes.block}>
      <ScrollText text={text} label={label} />
      <CopyButton text={text} label={commands.length === 1 ? 'Copy the command' : 'Copy the commands'} />
    </div>
  )
}
