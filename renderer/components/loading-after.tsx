import { Loader } from '@mantine/core'
import { useEffect, useState } from 'react'
import classes from './loading-after.module.css'

/** Shorter waits are not worth a word: a flash of "Loading" only makes the eye jump. */
const PATIENCE_MS = 300

/** After 300 ms says what is being done. */
export function LoadingAfter({ what }: { readonly what: string }) {
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes.loading} role="status">
      {shown ? (
        <>
          <Loader size={16} aria-hidden />
          <span>{what}</span>
        </>
      ) : null}
    </div>
  )
}
