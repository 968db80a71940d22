/** So many lines can be told apart by eye on one chart; more are drawn on request. */
export const MOST_LINES = 6

const DASHES = ['', '7 3', '2 3', '9 3 2 3', '1 4', '4 2'] as const

/** Colour and dash of a line, by its place in its chart. */
export function lineLook(key: string): { readonly stroke: string; readonly strokeDasharray: string } {
  const index = Number(key.replace('line', ''))
  return {
    stroke: `var(--line-${index % MOST_LINES})`,
    // A second round of the same colours has other dashes.
    strokeDasharray: DASHES[(index + Math.floor(index / MOST_LINES)) % DASHES.length] ?? '',
  }
}

/** How a line looks, beside its name. */
export function LineSwatch({ line }: { readonly line: string }) {
  return (
    <svg width="20" height="8" aria-hidden="true">
      <line x1="0" x2="20" y1="4" y2="4" strokeWidth="2" {...lineLook(line)} />
    </svg>
  )
}
