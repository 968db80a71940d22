import { useEffect, useState } from 'react'
import type { LogLineDetail } from '../../shared/contract/logs.ts'
import type { ErrorShape } from '../../shared/errors.ts'
import { client } from '../lib/client.ts'
import { toErrorShape } from '../lib/error-shape.ts'
import type { LogView } from './log-view.ts'

/** What is known of a line. `gone`: it was let go meanwhile. */
export interface DetailState {
  readonly id: number
  readonly detail: LogLineDetail | null
  readonly gone: boolean
  readonly error: ErrorShape | null
}

/** All of one line, read when it is looked at; the one before stays until it is there. */
export function useLineDetail(view: LogView, id: number | null): DetailState | null {
  const [state, setState] = useState<DetailState | null>(null)
  useEffect(() => {
    if (id === null) return
    let isWanted = true
    const show = (next: Omit<DetailState, 'id'>) => isWanted && setState({ id, ...next })
    client.log.line({ ...view.viewRef, id }).then(
      (detail) => show({ detail, gone: detail === null, error: null }),
      (error: unknown) => show({ detail: null, gone: false, error: toErrorShape(error) }),
    )
    return () => {
      isWanted = false
    }
  }, [view, id])
  return id === null ? null : state
}
