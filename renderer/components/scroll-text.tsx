import type { Ref, UIEvent } from 'react'
import classes from './scroll-text.module.css'

interface ScrollTextProps {
  readonly text: string
  /** What the text is, for screen readers. */
  readonly label: string
  readonly tall?: boolean
  readonly ref?: Ref<HTMLElement>
  readonly onScroll?: (event: UIEvent<HTMLElement>) => void
}

/** Monospaced text in a box that scrolls, by keyboard too. */
export function ScrollText({ text, label, tall = false, ref, onScroll }: ScrollTextProps) {
  return (
    <section
      ref={ref}
      className={classes.box}
      data-tall={tall || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      onScroll={onScroll}
    >
      <pre className={classes.text}>{text}</pre>
    </section>
  )
}
