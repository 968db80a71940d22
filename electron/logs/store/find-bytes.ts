/** How a text is looked for in bytes. Made once for a text. */
export interface ByteFinder {
  /** The place of the first occurrence within `[from, to)`; -1 where there is none. */
  find(bytes: Uint8Array, from: number, to: number): number
}

const lower = (byte: number) => (byte >= 65 && byte <= 90 ? byte + 32 : byte)
const upper = (byte: number) => (byte >= 97 && byte <= 122 ? byte - 32 : byte)

/**
 * Horspool's search: it looks at one byte in as many as the text has. Letters of ASCII are equal to themselves in the
 * other case where `matchCase` is false; a text with other letters that have a case is not for this search.
 */
export function createByteFinder(text: string, matchCase: boolean): ByteFinder {
  const wanted = Buffer.from(text, 'utf8')
  const fold = matchCase ? (byte: number) => byte : lower
  const folded = new Uint8Array(256).map((_, byte) => fold(byte))
  const needle = Uint8Array.from(wanted, fold)
  const last = needle.length - 1
  const skips = new Uint32Array(256).fill(needle.length)
  for (let at = 0; at < last; at++) {
    const byte = needle[at] as number
    skips[byte] = last - at
    if (!matchCase) skips[upper(byte)] = last - at
  }
  /** 0 where the byte may be the last of an occurrence. */
  const jumps = skips.map((skip, byte) => (folded[byte] === needle[last] ? 0 : skip))
  const find = (bytes: Uint8Array, from: number, to: number): number => {
    for (let at = from + last; at < to; at += skips[bytes[at] as number] as number) {
      for (let jump = jumps[bytes[at] as number] as number; jump > 0; jump = jumps[bytes[at] as number] as number) {
        at += jump
        if (at >= to) return -1
      }
      let offset = 1
      while (offset <= last && folded[bytes[at - offset] as number] === needle[last - offset]) offset += 1
      if (offset > last) return at - last
    }
    return -1
  }
  return { find: needle.length === 0 ? (_bytes, from) => from : find }
}

/** Whether letters of the text have a case that bytes do not tell: `Ä`, `ß`, `Σ`; and the two signs that fold to ASCII. */
export function needsUnicodeCase(text: string): boolean {
  return /[^\p{ASCII}]/u.test(text) && text.toLowerCase() !== text.toUpperCase()
}
