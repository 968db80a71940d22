import { useEffect, useRef } from 'react'
import { type OutputBuffer, outputText } from '../../lib/operation-progress.ts'
import { CopyButton } from '../copy-button.tsx'
import { Panel } from '../panel.tsx'
import { ScrollText } from '../scroll-text.tsx'

/** Within this many pixels of the end, the panel follows; scrolled up further, it stays where it is read. */
const FOLLOW_WITHIN_PX = 24

/** What the commands print, as it comes. */
export function OutputPanel({ output }: { readonly output: OutputBuffer }) {
  const box = useRef<HTMLElement>(null)
  const follows = useRef(true)
  const text = outputText(output)

  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is the reason to scroll
  useEffect(() => {
    if (box.current && follows.current) box.current.scrollTop = box.current.scrollHeight
  }, [text])

  if (text === '') return null
  return (
    <Panel title="Output" actions={<CopyButton text={text} label="Copy the output" />}>
      <ScrollText
        ref={box}
        text={text}
        label="Output of the commands"
        onScroll={({ currentTarget }) => {
          const below = currentTarget.scrollHeight - currentTarget.scrollTop - currentTarget.clientHeight
          follows.current = below <= FOLLOW_WITHIN_PX
        }}
      />
    </Panel>
  )
}
