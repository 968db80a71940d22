import { Problem } from './problem.js'

/** The request's JSON object with these fields, each of them a string that is not empty (or of the given type). */
export async function readBody(context, fields) {
  const body = await context.req.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null) throw new Problem(400, 'invalid_body', 'A JSON object is expected')
  for (const [name, type] of Object.entries(fields)) {
    if (typeof body[name] !== type || body[name] === '')
      throw new Problem(400, 'invalid_body', `${name} is expected (${type})`)
  }
  return body
}

/** What was found, or a 404. */
export function found(row, what, id) {
  if (!row) throw new Problem(404, 'not_found', `There is no ${what} ${id}`)
  return row
}
