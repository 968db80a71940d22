/** Longer than anybody reads in a row. What is cut off is still in the line itself. */
export const MAX_MESSAGE_LENGTH = 65_536

/** Colours, cursor movements, titles and links of terminals. Each repetition is bounded by what may follow. */
const ESCAPES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be removed.
  /\u001b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\u0007\u001b]{0,2048}(?:\u0007|\u001b\\)|[@-Z\\^_]|[ -/][0-~])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be removed.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be looked for.
const UNCLEAN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]/

/** What a terminal would show in the end: a progress bar overwrites itself by carriage returns. */
function lastState(line: string): string {
  let end = line.length
  while (end > 0 && line.charCodeAt(end - 1) === 13) end -= 1
  const start = end === 0 ? 0 : line.lastIndexOf('\r', end - 1) + 1
  return line.slice(start, end)
}

/** The text as it can be read: without colours, control characters and marks that turn the direction of writing, at most `limit` characters. */
export function cleanText(text: string, limit = MAX_MESSAGE_LENGTH): string {
  const head = text.length > limit ? text.slice(0, limit) : text
  if (!UNCLEAN.test(head)) return head
  return head.replace(ESCAPES, '').replace(CONTROLS, '').toWellFormed()
}

/** The first line of an entry as it can be read. */
export function cleanFirstLine(text: string): string {
  const newline = text.indexOf('\n')
  const line = newline === -1 ? text : text.slice(0, newline)
  return cleanText(line.includes('\r') ? lastState(line) : line)
}
