import { useEffect } from 'react'
import { useFleet } from '../lib/use-monitor.ts'
import { isTrouble, type WorstState, worstOfFleet, worstWords } from '../lib/worst-state.ts'
import { faviconAddress } from './favicon.ts'

/** Trouble among all stacks; null while none is known of. */
export function useTrouble(): WorstState | null {
  const worst = worstOfFleet(useFleet().data ?? [])
  return isTrouble(worst) ? worst : null
}

/** The window's title and, in a browser, its tab's icon: where you are, and the worst state first. */
export function useWindowTitle(where: string) {
  const trouble = useTrouble()
  const words = trouble === null ? '' : worstWords(trouble)
  const state = trouble?.state ?? null
  useEffect(() => {
    document.title = [words === '' ? [] : [`(${words})`], where === '' ? ['Slipway'] : [where, '– Slipway']]
      .flat()
      .join(' ')
  }, [where, words])
  useEffect(() => {
    document.querySelector('link[rel="icon"]')?.setAttribute('href', faviconAddress(state))
  }, [state])
}
