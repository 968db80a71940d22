import { type RefObject, useLayoutEffect } from 'react'
import { rowId } from './log-row.tsx'

/** Names the selected row as the list's active one while it is drawn: scrolled away, it has no element to name. */
export function useActiveRow(list: RefObject<HTMLElement | null>, place: number | null): void {
  useLayoutEffect(() => {
    const id = place === null ? null : rowId(place)
    if (id !== null && document.getElementById(id)) list.current?.setAttribute('aria-activedescendant', id)
    else list.current?.removeAttribute('aria-activedescendant')
  })
}
