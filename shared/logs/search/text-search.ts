import { SlipwayError } from '../../errors.ts'
import { type Expression, ExpressionParser, requiredTexts, UnsupportedExpression } from './expression.ts'
import { createLinearSearch } from './linear-search.ts'
import { buildProgram, type Program } from './program.ts'

export type TextTest = (text: string) => boolean

const spelled = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')

/** Whether one of the texts occurs. The language's own search is safe with texts that stand for themselves. */
function searchAny(wanted: readonly string[], matchCase: boolean): TextTest {
  const expression = new RegExp(wanted.map(spelled).join('|'), matchCase ? '' : 'i')
  return (text) => expression.test(text)
}

export function searchText(wanted: string, matchCase: boolean): TextTest {
  const isSameInAnyCase = wanted.toLowerCase() === wanted.toUpperCase()
  if (matchCase || isSameInAnyCase) return (text) => text.includes(wanted)
  return searchAny([wanted], matchCase)
}

function invalid(pattern: string, message: string, hint: string): SlipwayError {
  return new SlipwayError('input.invalid', `The regular expression ${pattern} ${message}.`, {
    state: 'Nothing was filtered by it.',
    hint,
  })
}

function checkSyntax(pattern: string): void {
  try {
    new RegExp(pattern, 'm')
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error)
    throw invalid(pattern, `cannot be read: ${reason}`, 'Correct it, or search for it as plain text.')
  }
}

function compile(pattern: string, matchCase: boolean): { expression: Expression; program: Program } {
  try {
    const expression = new ExpressionParser(pattern, !matchCase).parse()
    return { expression, program: buildProgram(expression) }
  } catch (error) {
    if (!(error instanceof UnsupportedExpression)) throw error
    throw invalid(
      pattern,
      `uses what could search for ever (${error.message})`,
      'Write it without that, or add a second condition.',
    )
  }
}

/**
 * A search by a regular expression of JavaScript, with `^` and `$` at each line of an entry. Whatever the expression,
 * its time grows with the text alone. Throws `input.invalid` for one that is wrong or cannot be searched for like that.
 */
export function searchExpression(pattern: string, matchCase: boolean): TextTest {
  checkSyntax(pattern)
  const { expression, program } = compile(pattern, matchCase)
  const search = createLinearSearch(program)
  const required = requiredTexts(expression)
  if (required.length === 0) return search
  const mayMatch = searchAny(required, matchCase)
  return (text) => mayMatch(text) && search(text)
}
