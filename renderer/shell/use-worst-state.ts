import { useEffect } from 'react'
import { observedSchema } from '../../shared/contract/monitor.ts'
import { useTroubleWord } from '../lib/use-monitor.ts'
import { type WorstState, worstWords } from '../lib/worst-state.ts'
import { faviconAddress } from './favicon.ts'

/** Trouble among all stacks; null while none is known of. */
export function useTrouble(): WorstState | null {
  const [state, amount] = useTroubleWord()?.split(' ') ?? []
  return state === undefined ? null : { state: observedSchema.parse(state), amount: Number(amount) }
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
