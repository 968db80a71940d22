import { createORPCClient } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { MutationCache, QueryClient } from '@tanstack/react-query'
import type { Contract } from '../../shared/contract/contract.ts'
import { announceFailure } from './announce.ts'
import { Connection } from './connection.ts'
import { isBrowserEntry, openMessagePort, openWebSocket } from './transports.ts'

/** The page's one connection to the main process. */
export const connection = new Connection(isBrowserEntry() ? openWebSocket : openMessagePort)

/** Every procedure of the contract, typed. */
export const client: ContractRouterClient<Contract> = createORPCClient(connection)

/** Query and mutation options of every procedure. */
export const orpc = createTanstackQueryUtils(client)

/** Retries and polling belong to the main process, and "offline" says nothing about a host on the local network. */
export const queryClient = new QueryClient({
  // Most failures are shown where the button is; `announce` marks the calls whose button has no room for it.
  mutationCache: new MutationCache({
    onError: (error, _variables, _result, mutation) => {
      if (mutation.meta?.announce) announceFailure(error)
    },
  }),
  defaultOptions: {
    queries: { networkMode: 'always', retry: false, refetchOnWindowFocus: false, refetchOnReconnect: false },
    mutations: { networkMode: 'always', retry: false },
  },
})

/** Calls back whenever the connection is there again after a cut, not when it opens first. */
export function onReconnect(listener: () => void): () => void {
  let wasLost = false
  return connection.subscribe(() => {
    const { kind } = connection.getState()
    if (kind === 'open' && wasLost) listener()
    wasLost = kind === 'lost'
  })
}

// What was asked before a cut may have changed during it.
onReconnect(() => void queryClient.invalidateQueries())

declare module '@tanstack/react-query' {
  interface Register {
    mutationMeta: { announce?: boolean }
  }
}
