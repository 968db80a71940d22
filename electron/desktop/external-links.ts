/**
 * Whether a link may leave the app for the system's browser: https to a named host, nothing else. Other schemes
 * start programs, and credentials in an address make it look like another.
 */
export function isAllowedExternalLink(address: string): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname.includes('.')
}
