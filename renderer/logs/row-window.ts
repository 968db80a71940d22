/** Height of a row that is not wrapped. The style sheet has the same. */
export const ROW_PX = 22
/** Rows drawn beyond each edge, so that a small scroll shows no empty edge. */
const OVERSCAN_ROWS = 8

export interface WindowInput {
  readonly count: number
  readonly scrollTop: number
  readonly viewPx: number
  /** The tallest element that this browser can scroll through. */
  readonly maximumPx: number
}

/** Which rows are drawn, and where. */
export interface RowWindow {
  /** Index of the first row to draw, and the one after the last. */
  readonly from: number
  readonly to: number
  /** Whole height to scroll through. */
  readonly heightPx: number
  /** Top of the row `from`; the others follow at `ROW_PX`. */
  readonly topPx: number
  /** Index of the first row that can be seen, with its fraction. */
  readonly topRow: number
}

/**
 * The rows to draw at a scroll position. As long as all rows fit in what a browser can scroll, a pixel is a pixel; with
 * more of them, each scrolled pixel stands for a little more than one.
 */
export function rowWindow({ count, scrollTop, viewPx, maximumPx }: WindowInput): RowWindow {
  const wholePx = count * ROW_PX
  const heightPx = Math.min(wholePx, maximumPx)
  const shownPx = Math.min(Math.max(0, scrollTop), Math.max(0, heightPx - viewPx))
  const offsetPx = shownPx * stretch(wholePx, heightPx, viewPx)
  const first = Math.floor(offsetPx / ROW_PX)
  const from = Math.max(0, first - OVERSCAN_ROWS)
  const to = Math.min(count, Math.ceil((offsetPx + viewPx) / ROW_PX) + OVERSCAN_ROWS)
  return { from, to, heightPx, topPx: shownPx + from * ROW_PX - offsetPx, topRow: offsetPx / ROW_PX }
}

function stretch(wholePx: number, heightPx: number, viewPx: number): number {
  return heightPx >= wholePx || heightPx <= viewPx ? 1 : (wholePx - viewPx) / (heightPx - viewPx)
}

/** The scroll position at which row `index` (with its fraction) is the first to be seen. */
export function scrollTopFor(index: number, { count, viewPx, maximumPx }: Omit<WindowInput, 'scrollTop'>): number {
  const wholePx = count * ROW_PX
  const heightPx = Math.min(wholePx, maximumPx)
  const offsetPx = Math.min(Math.max(0, index * ROW_PX), Math.max(0, wholePx - viewPx))
  return offsetPx / stretch(wholePx, heightPx, viewPx)
}

/** The least scrolling that shows row `index` whole; null where it is shown already. */
export function rowToShow(index: number, topRow: number, viewPx: number): number | null {
  if (index < topRow) return index
  const rows = viewPx / ROW_PX
  return index + 1 > topRow + rows ? index + 1 - rows : null
}

/** More than any browser scrolls; they clamp it to what they can. */
const TOO_TALL_PX = 100_000_000
/** What every browser in use can scroll through. */
const SAFE_PX = 8_000_000
let measuredPx: number | null = null

/** Asks the browser once how tall an element can be: Chromium says 33,554,428 px. */
export function maximumScrollPx(): number {
  if (measuredPx !== null) return measuredPx
  const probe = document.createElement('div')
  probe.style.cssText = `position:absolute;visibility:hidden;width:1px;height:${TOO_TALL_PX}px`
  document.body.append(probe)
  const { height } = probe.getBoundingClientRect()
  probe.remove()
  // A browser that answers with nothing or with what was asked for clamps elsewhere, unseen.
  measuredPx = height > SAFE_PX && height < TOO_TALL_PX ? Math.floor(height * 0.99) : SAFE_PX
  return measuredPx
}
