/** The value of a variable that has to be set and not empty; ends the process otherwise, as the product does. */
export function required(name, { minLength = 1 } = {}) {
  const value = process.env[name] ?? ''
  if (value.length >= minLength) return value
  const what = value === '' ? 'is required' : `must have at least ${minLength} characters`
  console.error(`[flux] environment: ${name} ${what}`)
  process.exit(1)
}

export function optional(name, fallback) {
  return process.env[name] || fallback
}
