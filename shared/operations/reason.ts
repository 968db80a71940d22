/** The shortest text that says why somebody made an operation less safe. */
export const REASON_CHARACTERS = 3

export function isReason(text: string): boolean {
  return text.trim().length >= REASON_CHARACTERS
}
