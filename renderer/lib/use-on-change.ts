import { useEffect, useRef } from 'react'

/** Calls back when a word has become another. The first is no change, nor is null, which stands for "not known yet". */
export function useOnChange(word: string | null, react: () => void): void {
  const seen = useRef<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the word says when
  useEffect(() => {
    const before = seen.current
    seen.current = word ?? before
    if (word !== null && before !== null && before !== word) react()
  }, [word])
}
