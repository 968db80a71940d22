import { SlipwayError } from '../../errors.ts'
import { type Expression, ExpressionParser, requiredText, UnsupportedExpression } from './expression.ts'
import { createLinearSearch } from './linear-search.ts'
import { buildProgram, type Program } from './program.ts'

export type TextTest = (text: string) => boolean

/** A text without letters is the same in any case; so is one of ASCII that the language compares by itself. */
export function searchText(wanted: string, matchCase: boolean): TextTest {
  if (matchCase || wanted.toLowerCase() === wanted.toUpperCase()) return (text) => text.includes(wanted)
  const expression = new RegExp(wanted.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'i')
  return (text) => expression.test(text)
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
  const required = requiredText(expression)
  if (required.length < 2) return search
  const mayMatch = searchText(required, matchCase)
  return (text) => mayMatch(text) && search(text)
}
